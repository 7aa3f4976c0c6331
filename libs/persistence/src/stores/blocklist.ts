import type { Database } from '../database.ts';
import type { BlockedNumber as BlockedNumberRow } from '../generated/prisma/client.ts';
import { upsertBlocked } from '../sql/upsert-blocked.ts';
import type { BlockedNumber } from '../sql/upsert-blocked.ts';

export type { BlockedNumberRow };

export class BlocklistStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(
    vdnId: number,
    numbers: readonly BlockedNumber[],
  ): Promise<{ added: number; updated: number }> {
    return upsertBlocked(this.#database.pool, vdnId, numbers);
  }

  /** Up to `limit` blocked numbers that begin with `prefix`, in order, after the number `after`. */
  async list(
    vdnId: number,
    prefix: string,
    limit: number,
    after: string | null,
  ): Promise<BlockedNumberRow[]> {
    return this.#database.prisma.blockedNumber.findMany({
      where: {
        vdnId,
        number: { startsWith: prefix, ...(after === null ? {} : { gt: after }) },
      },
      orderBy: { number: 'asc' },
      take: limit,
    });
  }

  /** False: the number was not blocked. */
  async remove(vdnId: number, number: string): Promise<boolean> {
    const { count } = await this.#database.prisma.blockedNumber.deleteMany({
      where: { vdnId, number },
    });
    return count === 1;
  }
}
