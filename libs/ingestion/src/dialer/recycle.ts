import type { Database } from '#persistence';
import { endLeases, recycleRecords } from '#persistence';
import type { LaneQueue } from '#queue';
import { endRecords } from './room.ts';

/** Records changed by one statement: few enough not to hold a campaign's lock for long. */
const STEP = 1_000;

/** Steps of each kind in one sweep, so that lanes need not wait long for theirs; the next sweep goes on with the rest. */
const MOST_STEPS = 50;

export interface Recycled {
  /** Records that were taken out of the backlog. */
  readonly recycled: number;
  /** There may be more to do right now. */
  readonly more: boolean;
}

/**
 * Puts records whose lease has run out back, and takes waiting ones whose recycle time has passed out of the backlog.
 * Several at once take different records.
 */
export async function recycle(
  database: Database,
  lanes: LaneQueue,
  onError: (error: unknown) => void,
): Promise<Recycled> {
  const leases = await inSteps(() => endLeases(database.pool, STEP));
  const records = await inSteps(() =>
    endRecords(
      database,
      lanes,
      async (tx) => {
        const ended = await recycleRecords(tx, STEP);
        return { ended, answer: ended.length };
      },
      onError,
    ),
  );
  return { recycled: records.changed, more: leases.more || records.more };
}

/** @param step changes up to STEP records, and answers how many */
async function inSteps(step: () => Promise<number>): Promise<{ changed: number; more: boolean }> {
  let changed = 0;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const found = await step();
    changed += found;
    if (found < STEP) return { changed, more: false };
  }
  return { changed, more: true };
}
