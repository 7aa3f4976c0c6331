import { setTimeout as sleep } from 'node:timers/promises';
import { sweep } from '#ingestion';
import type { Logger } from '#logging';
import type { Database } from '#persistence';
import type { LaneQueue } from '#queue';

/** Sweeps from time to time. Every worker does: the more there are, the sooner something lost is found. */
export class Sweeper {
  readonly #database: Database;
  readonly #lanes: LaneQueue;
  readonly #intervalMs: number;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(database: Database, lanes: LaneQueue, intervalMs: number, log: Logger) {
    this.#database = database;
    this.#lanes = lanes;
    this.#intervalMs = intervalMs;
    this.#log = log;
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /** Resolves when a sweep that was begun has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(stopping: AbortSignal): Promise<void> {
    // A sweep that waits for Redis to come back is not waited for: what it would do, another worker does.
    const stopped = new Promise<void>((resolve) => {
      stopping.addEventListener('abort', () => {
        resolve();
      });
    });
    while (!stopping.aborted) {
      await Promise.race([this.#sweep(), stopped]);
      await this.#pause(stopping);
    }
  }

  async #sweep(): Promise<void> {
    try {
      const swept = await sweep(this.#database, this.#lanes, (error) => {
        this.#warn(error);
      });
      if (Object.values(swept).some((count) => count > 0)) this.#log.info(swept, 'Swept');
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#log.warn({ err: error }, 'A sweep failed; the next one follows');
  }

  async #pause(stopping: AbortSignal): Promise<void> {
    try {
      await sleep(this.#intervalMs, undefined, { signal: stopping });
    } catch (error) {
      if (!stopping.aborted) throw error;
    }
  }
}
