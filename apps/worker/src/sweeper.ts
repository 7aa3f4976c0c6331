import { sweep } from '#ingestion';
import type { Logger } from '#logging';
import type { Database } from '#persistence';
import type { LaneQueue } from '#queue';
import { Recurring } from './recurring.ts';

/** Sweeps from time to time. Every worker does: the more there are, the sooner something lost is found. */
export class Sweeper extends Recurring {
  constructor(database: Database, lanes: LaneQueue, intervalMs: number, log: Logger) {
    const warn = (error: unknown): void => {
      log.warn({ err: error }, 'A sweep failed; the next one follows');
    };
    const work = async (stopping: AbortSignal): Promise<void> => {
      for (let again = true; again && !stopping.aborted;) {
        const { more, ...swept } = await sweep(database, lanes, (error) => {
          if (!stopping.aborted) warn(error);
        });
        if (Object.values(swept).some((count) => count > 0)) log.info(swept, 'Swept');
        again = more;
      }
    };
    super(work, intervalMs, warn);
  }
}
