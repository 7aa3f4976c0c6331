import type { Fault } from '#errors';
import { CODE, within } from '#errors';
import { readInstant } from '../instant/index.ts';
import { isObject } from '../record/index.ts';

/** A number that is not to be called. */
export interface BlockedNumber {
  readonly number: string;
  /** RFC 3339 UTC; null: for ever. */
  readonly expiresAt: string | null;
}

/** A value that `checkBlocklistBody` found right; its items may still be anything. */
export interface BlocklistBody {
  readonly numbers: readonly unknown[];
}

const PHONE = /^[0-9*#]{1,24}$/;

/** Whether a text can be called: up to 24 digits, `*` and `#`. */
export const isPhoneText = (text: string): boolean => PHONE.test(text);

/**
 * The first thing wrong with the form of a JSON body `{"numbers":[{"number":"…","expiresAt":null}]}`, or null. Unknown
 * members are refused, as everywhere on the native face. Its items are looked at by `checkBlocklistItem`, as there may be
 * many.
 */
export function checkBlocklistBody(value: unknown): Fault | null {
  if (!isObject(value)) return wrongType('object', 'body');
  const slip = unknownMember(value, ['numbers']);
  if (slip !== null) return slip;
  const { numbers } = value;
  if (numbers === undefined || numbers === null) return { code: CODE.MISSING, place: 'numbers' };
  return Array.isArray(numbers) ? null : wrongType('list', 'numbers');
}

/**
 * The first thing wrong with the form of an item of such a body, or null. What is of the right type but no number is not
 * looked for here: `readBlockedNumber` tells it, and it is left out.
 */
export function checkBlocklistItem(item: unknown, index: number): Fault | null {
  const fault = checkForm(item);
  return fault === null ? null : within(fault, `numbers[${index}]`);
}

/** An item of a blocklist; null where its form is wrong, or where it is no number. */
export function readBlockedNumber(item: unknown): BlockedNumber | null {
  if (checkForm(item) !== null) return null;
  const { number, expiresAt } = item as { number: string; expiresAt?: string | null };
  if (!isPhoneText(number)) return null;
  return { number, expiresAt: readInstant(expiresAt ?? '')?.toISOString() ?? null };
}

function checkForm(item: unknown): Fault | null {
  if (!isObject(item)) return wrongType('object');
  const slip = unknownMember(item, ['number', 'expiresAt']);
  if (slip !== null) return slip;
  const { number, expiresAt } = item;
  if (number === undefined || number === null) return { code: CODE.MISSING, place: 'number' };
  if (typeof number !== 'string') return wrongType('string', 'number');
  if (expiresAt === undefined || expiresAt === null) return null;
  if (typeof expiresAt === 'string' && readInstant(expiresAt) !== null) return null;
  return { code: CODE.PARAMETER_ERROR, place: 'expiresAt', params: { expected: 'rfc3339' } };
}

function unknownMember(value: object, known: readonly string[]): Fault | null {
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) {
      return { code: CODE.PARAMETER_ERROR, place: name, params: { expected: 'knownMember' } };
    }
  }
  return null;
}

function wrongType(expected: string, place?: string): Fault {
  const fault: Fault = { code: CODE.WRONG_TYPE, params: { expected } };
  return place === undefined ? fault : { ...fault, place };
}
