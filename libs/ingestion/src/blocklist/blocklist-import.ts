import { v7 as newId } from 'uuid';
import type { BlockedNumber } from '#domain';
import { CODE, DomainError } from '#errors';
import type { Blocked, Database } from '#persistence';
import { requireGoodKey } from '../keys/require-good-key.ts';
import {
  discardImport,
  insertImport,
  insertImportPart,
  lockBlocklist,
  mergeImport,
  upsertBlocked,
} from '#persistence';

export interface ImportOrigin {
  readonly vdnId: number;
  /** Of the key that it is sent with; null: it is the operator's token. */
  readonly accessKey: string | null;
  /** The number whose advisory lock this process holds: with its death the import is removed. */
  readonly receiver: bigint;
}

/**
 * Numbers on their way into a blocklist. Parts are staged, each committed by itself, where nobody sees them; at the end one
 * transaction merges them. What fits one part is not staged at all.
 */
export class BlocklistImport {
  readonly #database: Database;
  readonly #origin: ImportOrigin;
  readonly #id = newId();
  #parts = 0;
  /** One part is written while the next is read; its failure is told by whoever waits for it. */
  #writing: Promise<void> = Promise.resolve();

  constructor(database: Database, origin: ImportOrigin) {
    this.#database = database;
    this.#origin = origin;
  }

  /** Whether there is more than one part. */
  get isStaged(): boolean {
    return this.#parts > 0;
  }

  /** Resolves when the part before is written: a slow database holds the reading back, and so the sender. */
  async stage(part: readonly BlockedNumber[]): Promise<void> {
    await this.#writing;
    const number = ++this.#parts;
    this.#writing = this.#write(number, part);
    this.#writing.catch(() => undefined); // It is waited for later, and told then.
  }

  /**
   * Makes all numbers count, in one transaction: if the process dies before its commit nothing has happened, and after it
   * everything has.
   *
   * @param rest the last part, not yet staged
   * @throws DomainError 0200006 when the import was removed, this process thought dead; errors of the database
   * @throws ProblemError UNAUTHORIZED when its key was revoked or has expired meanwhile
   */
  async finish(rest: readonly BlockedNumber[]): Promise<Blocked> {
    const staged = this.isStaged;
    if (staged) await this.stage(rest);
    await this.#writing;
    return this.#database.transaction(async (tx) => {
      const { vdnId, accessKey } = this.#origin;
      await lockBlocklist(tx, vdnId);
      if (accessKey !== null) await requireGoodKey(tx, accessKey);
      if (!staged) return upsertBlocked(tx, vdnId, rest);
      const merged = await mergeImport(tx, this.#id);
      if (!(await discardImport(tx, this.#id))) {
        throw new DomainError({ code: CODE.DATABASE_ERROR });
      }
      return merged;
    });
  }

  /** Removes what was staged. True: it was there, so nothing of it has taken effect, or ever will. */
  async discard(): Promise<boolean> {
    await this.#writing.catch(() => undefined); // What was not written need not be removed.
    return this.isStaged && discardImport(this.#database.pool, this.#id);
  }

  async #write(number: number, part: readonly BlockedNumber[]): Promise<void> {
    const { pool } = this.#database;
    if (number === 1) {
      const { vdnId, receiver } = this.#origin;
      await insertImport(pool, { id: this.#id, vdnId, receiver });
    }
    await insertImportPart(pool, this.#id, number, part);
  }
}
