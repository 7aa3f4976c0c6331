import type { Database, RejectedRecord, StagedBatch } from '#persistence';
import { insertBatch, insertRejected } from '#persistence';

/** Statements that may wait for their end: one is written, one is ready, and the next is being made. */
const AHEAD = 2;

/**
 * Writes what an upload is made of, a few statements ahead at most: a database that is slow holds the reading of the body
 * back, and so its sender. One statement after the other: each batch takes its ID when it is written, and data IDs are to
 * ascend with the lines.
 */
export class Stager {
  readonly #database: Database;
  readonly #uploadId: string;
  readonly #underWay = new Set<Promise<void>>();
  #last: Promise<void> = Promise.resolve();
  #error: Error | undefined;

  constructor(database: Database, uploadId: string) {
    this.#database = database;
    this.#uploadId = uploadId;
  }

  async write(batches: readonly StagedBatch[], rejected: readonly RejectedRecord[]): Promise<void> {
    for (const batch of batches) {
      await this.#begin(async () => {
        await insertBatch(this.#database.pool, this.#uploadId, batch);
      });
    }
    if (rejected.length > 0) {
      await this.#begin(() => insertRejected(this.#database.pool, this.#uploadId, rejected));
    }
  }

  /** Resolves when all is written; rejects when something was not. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#check();
  }

  async #begin(statement: () => Promise<void>): Promise<void> {
    while (this.#underWay.size >= AHEAD) await Promise.race(this.#underWay);
    this.#check();
    const running: Promise<void> = this.#last
      .then(() => (this.#error === undefined ? statement() : undefined))
      .catch((error: unknown) => {
        this.#error ??= error instanceof Error ? error : new Error('staging failed');
      })
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
    this.#last = running;
  }

  #check(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}
