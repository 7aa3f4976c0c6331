import { waitUnlessStopping } from './pace.ts';

/** Does something again and again, with a pause in between, for as long as the worker runs. */
export class Recurring {
  readonly #work: (stopping: AbortSignal) => Promise<void>;
  readonly #intervalMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  /** @param onError told when `work` failed, unless the worker is about to stop; it is done again after the pause */
  constructor(
    work: (stopping: AbortSignal) => Promise<void>,
    intervalMs: number,
    onError: (error: unknown) => void,
  ) {
    this.#work = work;
    this.#intervalMs = intervalMs;
    this.#onError = onError;
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /**
   * Work that is under way is not waited for, as it may be waiting for a server to come back: what it would do, another
   * worker does, or the next one.
   */
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
      await Promise.race([this.#try(stopping), stopped]);
      await waitUnlessStopping(this.#intervalMs, stopping);
    }
  }

  async #try(stopping: AbortSignal): Promise<void> {
    try {
      await this.#work(stopping);
    } catch (error) {
      if (!stopping.aborted) this.#onError(error);
    }
  }
}
