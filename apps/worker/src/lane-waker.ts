import { wakeOverdueLanes } from '#ingestion';
import type { Logger } from '#logging';
import type { Database } from '#persistence';
import type { LaneQueue } from '#queue';
import { Recurring } from './recurring.ts';

/**
 * Wakes overdue lanes from time to time, as every worker does. Beside the sweeps, for where Redis is silent it waits, and they
 * need not.
 */
export class LaneWaker extends Recurring {
  constructor(database: Database, lanes: LaneQueue, intervalMs: number, log: Logger) {
    const work = async (): Promise<void> => {
      if (lanes.isAway) return;
      const woken = await wakeOverdueLanes(database, lanes);
      if (woken > 0) log.info({ woken }, 'Woke lanes whose wake-up was lost');
    };
    super(work, intervalMs, (error) => {
      log.warn({ err: error }, 'Waking lanes failed; the next round follows');
    });
  }
}
