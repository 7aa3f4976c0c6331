import type { Database } from '#persistence';
import { discardAbandoned, sweepImports, findOverdueLanes, forgetSignatures } from '#persistence';
import type { LaneQueue } from '#queue';
import { recycle } from './dialer/recycle.ts';

/** How late a lane may be, in ms, before its wake-up counts as lost: a busy worker is no reason to wake it again. */
const GRACE_MS = 1_500;

/** Lanes woken in one sweep, those first that have waited longest; the rest follows in the next. */
const MOST_LANES = 1_000;

/** Lanes woken side by side. */
const AT_ONCE = 20;

/** Uploads and imports removed at a time: each takes its parts with it, up to hundreds of megabytes. */
const MOST_AT_A_TIME = 1;

/** Used signatures forgotten in one sweep: more than are used in the time between two. */
const MOST_SIGNATURES = 5_000;

export interface Swept {
  readonly woken: number;
  readonly discarded: number;
  /** Records whose recycle time had passed. */
  readonly recycled: number;
  /** More records are to be recycled, or put back, than one sweep does: another one should follow at once. */
  readonly more: boolean;
}

/**
 * Heals what a death or a lost queue has left behind: wakes the lanes that have work, and whose slot has passed, and
 * removes uploads, calls and imports that nobody is sending or waiting for any more. Also does what time alone brings about:
 * leases run out, records are recycled. Running it twice at once is harmless.
 *
 * @param onError told of what failed and is made up for by the next sweep: for the log
 */
export async function sweep(
  database: Database,
  lanes: LaneQueue,
  onError: (error: unknown) => void,
): Promise<Swept> {
  // First what needs the database alone: while Redis is away the rest waits for it.
  const discarded = await discardAll(database);
  await forgetSignatures(database.pool, MOST_SIGNATURES);
  const { recycled, more } = await recycle(database, lanes, onError);
  const overdue = await findOverdueLanes(database.pool, GRACE_MS, MOST_LANES);
  for (let at = 0; at < overdue.length; at += AT_ONCE) {
    await Promise.all(
      overdue
        .slice(at, at + AT_ONCE)
        .map(({ vdnId, campaignId }) => lanes.hurry({ vdnId, campaignId: Number(campaignId) })),
    );
  }
  return { woken: overdue.length, discarded, recycled, more };
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
