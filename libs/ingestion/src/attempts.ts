import { setTimeout as sleep } from 'node:timers/promises';
import { CODE, DomainError } from '#errors';
import { answeredWithin } from '#persistence';

/** How long, in ms, one attempt is waited for: on a connection that hangs no answer may ever come. */
const ATTEMPT_MS = 2_000;

/** The pause, in ms, after an attempt that failed. */
const PAUSE_MS = 100;

/**
 * How long, in ms, a request whose outcome is not known goes on asking for it: longer than a failover of the pool's
 * connections takes, short enough for its sender.
 */
export const ASK_MS = 5_000;

/** Asks a database that may be failing what it has done, for one request. */
export class Attempts {
  readonly #onError: (error: unknown) => void;
  #lastError: unknown;

  /** @param onError told of the first failure alone: those that follow are mostly the same */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** What `work` answers; undefined when it fails or has no answer by `until` (of `performance.now()`). */
  async once<T>(work: () => Promise<T>, until: number): Promise<T | undefined> {
    const ms = Math.max(Math.min(until - performance.now(), ATTEMPT_MS), 0);
    try {
      return await answeredWithin(ms, work());
    } catch (error) {
      if (this.#lastError === undefined) this.#onError(error);
      this.#lastError = error;
      return undefined;
    }
  }

  /** The same again and again until `work` has answered, for as long as there is time. It must bear being repeated. */
  async repeat<T>(work: () => Promise<T>, until: number): Promise<T | undefined> {
    for (;;) {
      const answer = await this.once(work, until);
      if (answer !== undefined || performance.now() >= until) return answer;
      await sleep(PAUSE_MS);
    }
  }

  /** 0200006 that claims nothing: the request may have taken effect or not. */
  unknownOutcome(): DomainError {
    const params = { outcome: 'unknownOutcome' };
    return new DomainError({ code: CODE.DATABASE_ERROR, params }, { cause: this.#lastError });
  }
}
