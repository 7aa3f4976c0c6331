/** What a rule refuses: finds one such character. Not global, so that it has no state. */
export type CharacterSet = RegExp;

/** The interface's special characters, as Table 4 lists them for `customField`. */
export const SPECIAL_CHARACTERS = '`~!@#$%^&*()+=|{}\'":;<>/?.\\[]¥￥…-,';

/** Anything but NUL and lone surrogates, which no database text and no UTF-8 can hold. */
export const TEXT: CharacterSet = /\0/;

/** Text without special characters. */
export const PLAIN: CharacterSet = new RegExp(
  `[\\0${SPECIAL_CHARACTERS.replace(/[\\\]^-]/g, '\\$&')}]`,
);

/** ASCII digits, `*` and `#`: what can be dialled. */
export const PHONE: CharacterSet = /[^0-9*#]/;

/**
 * Whether every character of the text is in the set.
 *
 * By the engine's own searches: a loop over the code units takes as long at best, and five times that once V8 has seen
 * other code of a process that holds a Redis client.
 */
export function holdsOnly(text: string, set: CharacterSet): boolean {
  return text.isWellFormed() && !set.test(text);
}

/** Whether the text has more than `max` code points; a lone surrogate counts as one. */
export function isLongerThan(text: string, max: number): boolean {
  if (text.length <= max) return false;
  if (text.length > 2 * max) return true;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (isHighSurrogate(text.charCodeAt(at)) && isLowSurrogate(text.charCodeAt(at + 1))) at++;
    if (++count > max) return true;
  }
  return false;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

/** False for NaN, which is what comes behind the end of a text. */
function isLowSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}
