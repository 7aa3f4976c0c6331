import type { Database } from '#persistence';
import { discardAbandoned, forgetSignatures, sweepImports } from '#persistence';
import type { LaneQueue } from '#queue';
import { recycle } from './dialer/recycle.ts';

/** Uploads and imports removed at a time: each takes its parts with it, up to hundreds of megabytes. */
const MOST_AT_A_TIME = 1;

/** Used signatures forgotten in one sweep: more than are used in the time between two. */
const MOST_SIGNATURES = 5_000;

export interface Swept {
  readonly discarded: number;
  /** Records whose recycle time had passed. */
  readonly recycled: number;
  /** More records are to be recycled, or put back, than one sweep does: another one should follow at once. */
  readonly more: boolean;
}

/**
 * Removes uploads, calls and imports that nobody is sending or waiting for any more, and does what time alone brings about:
 * leases run out, records are recycled. Needs the database alone, and goes on while Redis is away. Running it twice at once
 * is harmless.
 *
 * @param onError told of what failed and is made up for by the next sweep: for the log
 */
export async function sweep(
  database: Database,
  lanes: LaneQueue,
  onError: (error: unknown) => void,
): Promise<Swept> {
  const discarded = await discardAll(database);
  await forgetSignatures(database.pool, MOST_SIGNATURES);
  return { discarded, ...(await recycle(database, lanes, onError)) };
}

async function discardAll({ pool }: Database): Promise<number> {
  let discarded = 0;
  for (const discard of [discardAbandoned, sweepImports]) {
    for (let found = MOST_AT_A_TIME; found === MOST_AT_A_TIME;) {
      found = await discard(pool, MOST_AT_A_TIME);
      discarded += found;
    }
  }
  return discarded;
}
