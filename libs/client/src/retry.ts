import type { DialgateError } from './dialgate-error.ts';

/** How often, and after how long, what is safe to repeat is repeated. */
export interface RetrySettings {
  /** In all, the first one included; 1: nothing is repeated. Default 5. */
  readonly attempts: number;
  /** Before the first repetition at most; doubled for each further one. Default 250 ms. */
  readonly firstDelayMs: number;
  /** Default 10,000 ms. */
  readonly longestDelayMs: number;
  /** A `Retry-After` of more than this is not waited for: the error is thrown, and says it. Default 60 s. */
  readonly longestRetryAfterSeconds: number;
}

export const DEFAULT_RETRY: RetrySettings = {
  attempts: 5,
  firstDelayMs: 250,
  longestDelayMs: 10_000,
  longestRetryAfterSeconds: 60,
};

/**
 * What a second request of the same kind does:
 *
 * - `nothing-more`: the same as the first one alone, so it may be repeated although the first one may have taken effect;
 * - `again`: its work a second time, so it may be repeated only where the first one cannot have reached the service.
 */
export type Repetition = 'nothing-more' | 'again';

/** Answers of a service or a proxy that may be others a moment later. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** The answer while the first request with the same Idempotency-Key is still being served: perhaps the one we lost. */
const STILL_RUNNING = 'urn:dialgate:problem:idempotency-key-in-use';

/** What Node says when no connection came about, so that nothing can have been sent. */
const NEVER_CONNECTED = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a request that failed so may be sent again. */
export function isRepeatable(error: DialgateError, repetition: Repetition): boolean {
  if (error.isNetwork) return repetition === 'nothing-more' || neverConnected(error);
  if (repetition === 'again' || error.status === null) return false;
  return PASSING.has(error.status) || (error.type === STILL_RUNNING && error.status === 409);
}

/**
 * Whether a request that failed so may have taken effect all the same: its answer is lost, or is not the service's own.
 *
 * @param isSentWhole whether the end of its body was sent, without which the service does nothing
 */
export function mayHaveTakenEffect(error: DialgateError, isSentWhole: boolean): boolean {
  if (!isSentWhole || error.nothingKept) return false;
  if (error.isNetwork) return !neverConnected(error);
  return error.status !== null && (error.status >= 500 || error.status < 300);
}

/**
 * How long to wait before a request is repeated: what the service asks for; otherwise a random time below a bound that is
 * doubled each time, so that those that were cut off together do not come back together.
 *
 * @param attempt the number of the attempt that failed, from 1
 * @param random from 0 to less than 1
 * @returns ms; null where it is not to be repeated
 */
export function delayBefore(
  retryAfterSeconds: number | null,
  attempt: number,
  settings: RetrySettings,
  random: number,
): number | null {
  if (attempt >= settings.attempts) return null;
  if (retryAfterSeconds !== null) {
    return retryAfterSeconds > settings.longestRetryAfterSeconds ? null : retryAfterSeconds * 1000;
  }
  const bound = Math.min(settings.firstDelayMs * 2 ** (attempt - 1), settings.longestDelayMs);
  return Math.ceil(bound / 2 + (random * bound) / 2);
}

/** Node tries the addresses of a host one after the other, and gathers why each failed. */
function neverConnected(error: unknown): boolean {
  const { cause, code, errors } = error as { cause?: unknown; code?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return errors.every(neverConnected);
  if (typeof code === 'string') return NEVER_CONNECTED.has(code);
  return typeof cause === 'object' && cause !== null && neverConnected(cause);
}
