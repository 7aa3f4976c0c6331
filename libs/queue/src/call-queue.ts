import type { QueueBackend } from './backend.ts';
import { CALLS, KEEP_NOTHING } from './names.ts';
import type { CallJob } from './names.ts';
import { promote } from './promote.ts';

/** Hands synchronous calls to the workers. */
export class CallQueue {
  readonly #backend: QueueBackend;
  readonly #queue;

  constructor(backend: QueueBackend) {
    this.#backend = backend;
    this.#queue = new backend.classes.Queue<CallJob>(CALLS, backend.options);
    this.#queue.on('error', backend.onError);
  }

  /** Whether nothing can be added just now. */
  get isAway(): boolean {
    return this.#backend.isAway;
  }

  /** Has a worker decide the call. Of a call that is queued already nothing is added; nor is anything while Redis is away. */
  async enqueue({ callId, vdnId, campaignId }: CallJob): Promise<void> {
    if (this.isAway) return;
    const job = { callId, vdnId, campaignId };
    await this.#queue.add('call', job, { ...KEEP_NOTHING, jobId: callId });
  }

  /**
   * Has a worker decide the call now, also if it is waiting for its slot: the slot may be nearer than it was, because the
   * campaign's interval was shortened or the slot's owner has gone. While Redis is away nothing happens.
   */
  async hurry(call: CallJob): Promise<void> {
    if (this.isAway) return;
    await this.enqueue(call);
    await promote(await this.#queue.getJob(call.callId));
  }

  async close(): Promise<void> {
    await this.#backend.untilClosed(this.#queue.close());
  }
}
