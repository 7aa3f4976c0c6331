import type { Fault } from '#errors';
import { CODE, within } from '#errors';
import { readInstant } from '../instant/index.ts';
import { TEXT } from '../record/characters.ts';
import { ABSENT, compileText } from '../record/text-rule.ts';

/** Most characters of a key's name. */
export const MAX_KEY_NAME = 200;

/** What somebody says of a key that is to be made, as it was sent or typed. */
export interface KeyDescription {
  readonly name?: unknown;
  /** `null` and absent: it does not expire. */
  readonly expiresAt?: unknown;
}

const checkName = compileText({
  mandatory: true,
  max: MAX_KEY_NAME,
  characters: TEXT,
  value: (name) => (name.trim() === '' ? ABSENT : null),
});

/** The same, read. */
export interface CheckedKey {
  readonly name: string;
  readonly expiresAt: Date | null;
}

/**
 * A key's name is a text of 1 to 200 characters that is not blank; it expires at a time (RFC 3339) that is still to come, if
 * at all. Answers with both, or with the first fault, at `name` or `expiresAt`.
 */
export function checkKey({ name, expiresAt }: KeyDescription, now: Date): CheckedKey | Fault {
  const fault = checkName(name);
  if (fault !== null) return within(fault, 'name');
  const expiry = readExpiry(expiresAt ?? null, now);
  if (expiry !== null && 'code' in expiry) return within(expiry, 'expiresAt');
  return { name: name as string, expiresAt: expiry };
}

function readExpiry(expiresAt: unknown, now: Date): Date | null | Fault {
  if (expiresAt === null) return null;
  const time = typeof expiresAt === 'string' ? readInstant(expiresAt) : null;
  if (time === null) return { code: CODE.PARAMETER_ERROR, params: { expected: 'rfc3339' } };
  return time > now ? time : { code: CODE.WRONG_VALUE, params: { expected: 'timeToCome' } };
}
