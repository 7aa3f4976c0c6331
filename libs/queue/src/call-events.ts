import type { QueueBackend } from './backend.ts';
import { CALLS } from './names.ts';

/**
 * Says when a worker is done with a call. It is a hint and may be missing: the verdict is in the database, and whoever
 * waits looks there from time to time as well.
 */
export class CallEvents {
  readonly #backend: QueueBackend;
  readonly #events;
  readonly #waiting = new Map<string, () => void>();

  constructor(backend: QueueBackend) {
    this.#backend = backend;
    this.#events = new backend.classes.QueueEvents(CALLS, backend.options);
    this.#events.on('error', backend.onError);
    this.#events.on('completed', ({ jobId }) => this.#waiting.get(jobId)?.());
    this.#events.on('failed', ({ jobId }) => this.#waiting.get(jobId)?.());
  }

  /** Resolves when the events are being listened to. */
  async ready(): Promise<void> {
    await this.#events.waitUntilReady();
  }

  /** Calls `done` at every sign that a worker has finished with the call, until the function returned is called. */
  watch(callId: string, done: () => void): () => void {
    this.#waiting.set(callId, done);
    return () => {
      this.#waiting.delete(callId);
    };
  }

  async close(): Promise<void> {
    await this.#backend.untilClosed(this.#events.close());
  }
}
