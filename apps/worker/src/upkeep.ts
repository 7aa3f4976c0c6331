import { Retention } from '#ingestion';
import type { RetentionSettings } from '#ingestion';
import type { Logger } from '#logging';
import type { Database } from '#persistence';
import { waitUnlessStopping } from './pace.ts';
import { Recurring } from './recurring.ts';

/** Between two looks for what has been kept for long enough. */
const INTERVAL_MS = 10_000;

/** Removes what has been kept for long enough. Every worker does: they share the work without knowing of each other. */
export class Upkeep extends Recurring {
  constructor(database: Database, settings: RetentionSettings, log: Logger) {
    const retention = new Retention(database, settings);
    const work = async (stopping: AbortSignal): Promise<void> => {
      const removed = await retention.run(async (ms) => {
        await waitUnlessStopping(ms, stopping);
        return !stopping.aborted;
      });
      if (Object.values(removed).some((count) => count > 0)) {
        log.info({ removed }, 'Removed what was kept for long enough');
      }
    };
    super(work, INTERVAL_MS, (error) => {
      log.warn({ err: error }, 'Removing failed; the next round follows');
    });
  }
}
