import { DialgateError } from './dialgate-error.ts';
import { pause } from './pause.ts';
import type { RetrySettings } from './retry.ts';
import { delayBefore, isRepeatable } from './retry.ts';

interface Patience {
  /** For the times between two attempts. */
  readonly retry: RetrySettings;
  /** From the first failure on. */
  readonly patienceMs: number;
  /** Hears of each failure that is got over. */
  readonly onFailure: ((error: DialgateError) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks until there is an answer, however often that fails.
 *
 * @throws the failure, where it will not pass, or they have not for too long
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  { retry, patienceMs, onFailure, signal }: Patience,
): Promise<T> {
  const unbounded = { ...retry, attempts: Infinity };
  let failingSince: number | null = null;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DialgateError) || !isRepeatable(error, 'nothing-more')) throw error;
      const now = performance.now();
      failingSince ??= now;
      const delay = delayBefore(error.retryAfterSeconds, attempt, unbounded, Math.random());
      if (delay === null || now + delay - failingSince > patienceMs) throw error;
      onFailure?.(error);
      await pause(delay, signal);
    }
  }
}
