import type { Trouble } from './problems.ts';

/** Troubles that come in groups, in the order in which they are looked for. */

/** Of every operation that asks for credentials. */
export const SECURED = ['UNAUTHORIZED', 'FORBIDDEN', 'DATABASE_ERROR'] as const satisfies Trouble[];

/** Of `vdnId` and `campaignId` in a path. */
export const PATH_IDS = ['WRONG_TYPE', 'WRONG_VALUE'] as const satisfies Trouble[];

/** Of a body, whatever it holds. */
export const BODY = [
  'REQUEST_TIMEOUT',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const satisfies Trouble[];

/** Of a JSON body's members on the native face, beside those of its path. */
export const MEMBERS = [
  ...BODY,
  'PARAMETER_ERROR',
  'MISSING',
  'TOO_LONG',
  'INVALID_CHARACTERS',
  'NOT_CONVERTIBLE',
] as const satisfies Trouble[];

export const IDEMPOTENCY = [
  'LENGTH_OUT_OF_RANGE',
  'IDEMPOTENCY_KEY_IN_USE',
  'IDEMPOTENCY_KEY_REUSED',
] as const satisfies Trouble[];
