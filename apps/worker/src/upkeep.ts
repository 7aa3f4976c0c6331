import { Retention } from '#ingestion';
import type { RetentionSettings } from '#ingestion';
import type { Logger } from '#logging';
import type { Database } from '#persistence';
import { waitForSlot } from './pace.ts';

/** Between two looks for what has been kept for long enough. */
const INTERVAL_MS = 10_000;

/** Removes what has been kept for long enough. Every worker does: they share the work without knowing of each other. */
export class Upkeep {
  readonly #retention: Retention;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(database: Database, settings: RetentionSettings, log: Logger) {
    this.#retention = new Retention(database, settings);
    this.#log = log;
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /** A statement that is under way is not waited for: what it would do, the next one does. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(stopping: AbortSignal): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      stopping.addEventListener('abort', () => {
        resolve();
      });
    });
    while (!stopping.aborted) {
      await Promise.race([this.#remove(stopping), stopped]);
      await waitForSlot(INTERVAL_MS, stopping);
    }
  }

  async #remove(stopping: AbortSignal): Promise<void> {
    try {
      const removed = await this.#retention.run(async (ms) => {
        await waitForSlot(ms, stopping);
        return !stopping.aborted;
      });
      if (Object.values(removed).some((count) => count > 0)) {
        this.#log.info({ removed }, 'Removed what was kept for long enough');
      }
    } catch (error) {
      if (!stopping.aborted) {
        this.#log.warn({ err: error }, 'Removing failed; the next round follows');
      }
    }
  }
}
