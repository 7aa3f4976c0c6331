export { MAX_JSON_DEPTH, parseJson, parseJsonText } from './parse-json.ts';
