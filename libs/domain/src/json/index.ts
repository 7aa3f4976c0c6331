export type { ListLimits } from './cut-list.ts';
export { MAX_VALUES } from './cut-list.ts';
export { MAX_JSON_DEPTH, parseJson, parseJsonText } from './parse-json.ts';
export type { ParsedJson } from './parse-json.ts';
export { JsonBody, readJsonBody } from './read-json-body.ts';
export { withoutMembers } from './without-members.ts';
