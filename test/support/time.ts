import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for, as the end of "timed out waiting for ...". */
  readonly what: string;
  /** Default 60,000. Only how long a failure takes: nothing may depend on its being short. */
  readonly timeoutMs?: number;
  /** Between two looks, default 5; more where looking costs something. */
  readonly pollMs?: number;
}

/**
 * Waits until the condition answers something truthy, and returns that.
 * This file is the only one in the tests with a timer: tests wait for conditions, never for durations.
 *
 * @throws what the condition throws, at once; a condition that may fail meanwhile must say so itself
 * @throws Error naming `what` when the time is up
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 60_000, pollMs = 5 }: WaitOptions,
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (answer) {
      return answer as Exclude<T, false | null | undefined | 0 | ''>;
    }
    if (performance.now() >= deadline) {
      throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`);
    }
    await sleep(pollMs);
  }
}

/** A slow wire, for the proxy's `latencyMs`: resolves when `performance.now()` has reached `due`, and not before. */
export async function wireDelay(due: number): Promise<void> {
  // A timer counts whole milliseconds, by a clock of its own: it may be early by one.
  for (let rest = due - performance.now(); rest > 0; rest = due - performance.now()) {
    await sleep(Math.ceil(rest));
  }
}
