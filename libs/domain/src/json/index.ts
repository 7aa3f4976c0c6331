export { itemTexts } from './item-texts.ts';
export { MAX_JSON_DEPTH, parseJson, parseJsonText } from './parse-json.ts';
export type { ParsedJson } from './parse-json.ts';
export { withoutMembers } from './without-members.ts';
