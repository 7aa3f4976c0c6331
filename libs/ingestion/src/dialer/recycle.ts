import type { Database } from '#persistence';
import { endLeases, recycleRecords } from '#persistence';
import type { LaneQueue } from '#queue';
import { endRecords } from './room.ts';

/** Records changed by one statement: few enough not to hold a campaign's lock for long. */
const STEP = 1_000;

/** Steps in one sweep; what is left is for the next one. */
const MOST_STEPS = 50;

/**
 * Puts records whose lease has run out back, and takes waiting ones whose recycle time has passed out of the backlog.
 * Several at once take different records.
 *
 * @returns how many were recycled
 */
export async function recycle(
  database: Database,
  lanes: LaneQueue,
  onError: (error: unknown) => void,
): Promise<number> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    if ((await endLeases(database.pool, STEP)) < STEP) break;
  }
  let recycled = 0;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const found = await endRecords(
      database,
      lanes,
      async (tx) => {
        const ended = await recycleRecords(tx, STEP);
        return { ended, answer: ended.length };
      },
      onError,
    );
    recycled += found;
    if (found < STEP) break;
  }
  return recycled;
}
