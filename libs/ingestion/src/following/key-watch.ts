import type { Database } from '#persistence';
import { readGoodKeys } from '#persistence';
import { requireGoodKey } from '../keys/require-good-key.ts';
import { SharedPoll } from './shared-poll.ts';

/** How often, in ms, the keys are looked at whose holders are being answered for longer. */
const LOOK_MS = 5_000;

/**
 * Notices that a key was revoked or has expired while an answer to its holder goes on and on. One statement a look, for
 * all keys.
 */
export class KeyWatch {
  readonly #database: Database;
  readonly #poll: SharedPoll<true>;

  /** @param onError told of the first failure of several in a row: for the log */
  constructor(database: Database, onError: (error: unknown) => void) {
    this.#database = database;
    this.#poll = new SharedPoll({
      everyMs: LOOK_MS,
      look: async (accessKeys) => {
        const good = await readGoodKeys(database.pool, accessKeys);
        return new Map(good.map((accessKey) => [accessKey, true]));
      },
      onError,
    });
  }

  /** Calls `onBad` when the key is not good any more. Returns the function that ends the watch. */
  follow(accessKey: string, onBad: () => void): () => void {
    return this.#poll.follow(accessKey, {
      see: (good) => {
        if (good === undefined) onBad();
      },
      stop: () => undefined,
    });
  }

  /**
   * Looks at a key at once, before something is answered that was long waited for.
   *
   * @throws ProblemError UNAUTHORIZED when it is not good any more
   */
  require(accessKey: string): Promise<void> {
    return requireGoodKey(this.#database.pool, accessKey);
  }
}
