export type { CheckedKey, KeyDescription } from './check-key.ts';
export { checkKey, MAX_KEY_NAME } from './check-key.ts';
