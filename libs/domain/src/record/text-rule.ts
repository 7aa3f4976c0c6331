import type { Fault } from '#errors';
import { CODE } from '#errors';
import type { CharacterSet } from './characters.ts';
import { holdsOnly, isLongerThan, PHONE, PLAIN } from './characters.ts';

/** What a member of type String may hold (the interface's Tables 3 to 5). */
export interface TextRule {
  readonly mandatory?: boolean;
  /** Most code points. */
  readonly max?: number;
  readonly characters: CharacterSet;
  /** What is left to say once all else is right: a fault without a place, or null. */
  readonly value?: (text: string) => Fault | null;
}

/** Judges one value: a fault without a place, or null. */
export type Check = (value: unknown) => Fault | null;

export const ABSENT: Fault = { code: CODE.MISSING };
export const NOT_A_STRING: Fault = { code: CODE.WRONG_TYPE, params: { expected: 'string' } };

/**
 * A rule as a function that allocates nothing: its faults are made here, once.
 *
 * The order is the contract's: type, emptiness, length, characters, value. `null` is absent, and so is
 * the empty string: an optional member is then right, a mandatory one missing.
 */
export function compileText(rule: TextRule): Check {
  const { max = Infinity, characters, value: checkValue } = rule;
  const empty = rule.mandatory === true ? ABSENT : null;
  const tooLong: Fault = { code: CODE.TOO_LONG, params: { max } };
  const wrongCharacters: Fault = {
    code: CODE.INVALID_CHARACTERS,
    params: { allowed: nameOf(characters) },
  };
  return (value) => {
    if (value === undefined || value === null) return empty;
    if (typeof value !== 'string') return NOT_A_STRING;
    if (value === '') return empty;
    if (isLongerThan(value, max)) return tooLong;
    if (!holdsOnly(value, characters)) return wrongCharacters;
    return checkValue === undefined ? null : checkValue(value);
  };
}

function nameOf(characters: CharacterSet): string {
  if (characters === PHONE) return 'phoneCharacters';
  return characters === PLAIN ? 'plainCharacters' : 'textCharacters';
}
