import { v7 as newId } from 'uuid';
import type { BlockedNumber } from '#domain';
import { CODE, DomainError } from '#errors';
import type { Blocked, Database } from '#persistence';
import {
  discardImport,
  insertImport,
  insertImportPart,
  lockBlocklist,
  mergeImport,
  upsertBlocked,
} from '#persistence';

/**
 * Numbers on their way into a blocklist. Parts are staged, each committed by itself, where nobody sees them; at the end one
 * transaction merges them. What fits one part is not staged at all.
 */
export class BlocklistImport {
  readonly #database: Database;
  readonly #vdnId: number;
  readonly #receiver: bigint;
  readonly #id = newId();
  #parts = 0;
  /** One part is written while the next is read; its failure is told by whoever waits for it. */
  #writing: Promise<void> = Promise.resolve();

  /** @param receiver the number whose advisory lock this process holds: with its death the import is removed */
  constructor(database: Database, vdnId: number, receiver: bigint) {
    this.#database = database;
    this.#vdnId = vdnId;
    this.#receiver = receiver;
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
   */
  async finish(rest: readonly BlockedNumber[]): Promise<Blocked> {
    const staged = this.isStaged;
    if (staged) await this.stage(rest);
    await this.#writing;
    return this.#database.transaction(async (tx) => {
      await lockBlocklist(tx, this.#vdnId);
      if (!staged) return upsertBlocked(tx, this.#vdnId, rest);
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
      await insertImport(pool, { id: this.#id, vdnId: this.#vdnId, receiver: this.#receiver });
    }
    await insertImportPart(pool, this.#id, number, part);
  }
}
