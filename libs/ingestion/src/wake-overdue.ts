import type { Database } from '#persistence';
import { findOverdueLanes } from '#persistence';
import type { LaneQueue } from '#queue';

/** How late a lane may be, in ms, before its wake-up counts as lost: a busy worker is no reason to wake it again. */
const GRACE_MS = 1_500;

/** Lanes woken in one go, those first that have waited longest; the rest follows in the next. */
const MOST_LANES = 1_000;

/** Lanes woken side by side. */
const AT_ONCE = 20;

/**
 * Heals what a death or a lost queue has left behind: wakes the lanes that have work, and whose slot has passed. Resolves with
 * their number, when Redis has taken them. Running it twice at once is harmless.
 */
export async function wakeOverdueLanes(database: Database, lanes: LaneQueue): Promise<number> {
  const overdue = await findOverdueLanes(database.pool, GRACE_MS, MOST_LANES);
  for (let at = 0; at < overdue.length; at += AT_ONCE) {
    await Promise.all(
      overdue
        .slice(at, at + AT_ONCE)
        .map(({ vdnId, campaignId }) => lanes.hurry({ vdnId, campaignId: Number(campaignId) })),
    );
  }
  return overdue.length;
}
