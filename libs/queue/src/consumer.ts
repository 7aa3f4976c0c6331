import { setMaxListeners } from 'node:events';
import { DelayedError } from 'bullmq';
import type { QueueBackend } from './backend.ts';

/** What a handler leaves behind: nothing, or the wish to be called for the same job again. */
export type Outcome = { readonly kind: 'done' } | { readonly kind: 'again'; readonly inMs: number };

export interface ConsumerOptions<Job> {
  readonly queue: string;
  /** Jobs at a time. */
  readonly concurrency: number;
  /**
   * Does a job. `stopping` is aborted when the process is about to end: a handler that waits then answers `again`, so
   * that another worker goes on. A job may be run twice, and must find its work done the second time.
   */
  readonly handle: (job: Job, stopping: AbortSignal) => Promise<Outcome>;
  /** A handler failed; its job is gone. A lane is woken again when it is overdue, a call by whoever waits for it. */
  readonly onFailure: (error: Error) => void;
}

/**
 * A job whose worker was killed is given to another one after LOCK_MS and up to two looks for such jobs. Short, because
 * running a job twice does no harm here; long enough for a process that is only slow.
 */
const LOCK_MS = 5_000;
const STALLED_INTERVAL_MS = 2_500;

/** Takes jobs of one queue and does them. */
export class Consumer<Job> {
  readonly #backend: QueueBackend;
  readonly #worker;
  /** Handlers in flight; BullMQ's own account of them ends only when Redis has heard of the outcome. */
  readonly #atWork = new Set<Promise<Outcome>>();
  readonly #stopping = new AbortController();

  constructor(backend: QueueBackend, options: ConsumerOptions<Job>) {
    this.#backend = backend;
    // Every job at work may listen.
    setMaxListeners(0, this.#stopping.signal);
    this.#worker = new backend.classes.Worker<Job>(
      options.queue,
      async (job, token) => {
        const outcome = await this.#track(options.handle(job.data, this.#stopping.signal));
        if (outcome.kind === 'done') return;
        // In whole milliseconds: the Postgres backend takes no others.
        await job.moveToDelayed(Date.now() + Math.max(Math.round(outcome.inMs), 0), token);
        throw new DelayedError();
      },
      {
        ...backend.options,
        concurrency: options.concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_INTERVAL_MS,
        // A job that stalls often is no reason to give it up: its work is in the database and has to be done.
        maxStalledCount: 1_000_000,
      },
    );
    this.#worker.on('error', backend.onError);
    this.#worker.on('failed', (_job, error) => {
      options.onFailure(error);
    });
  }

  /** Resolves when jobs are being taken. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Takes nothing new, and resolves when what was begun is finished or given back. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#backend.untilClosed(this.#worker.close(), () => this.#atWork.size > 0);
    await Promise.allSettled(this.#atWork);
  }

  async #track(work: Promise<Outcome>): Promise<Outcome> {
    this.#atWork.add(work);
    try {
      return await work;
    } finally {
      this.#atWork.delete(work);
    }
  }
}
