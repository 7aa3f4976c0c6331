import { admitCall } from '#ingestion';
import type { Database } from '#persistence';
import type { CallJob, Outcome } from '#queue';
import { LEAD_MS, waitUnlessStopping } from './pace.ts';

/** Decides synchronous calls; one that has to wait for its slot waits in the queue, and the last moments in process. */
export class CallProcessor {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A call may be processed twice: the second time it finds the verdict and does nothing. */
  async process({ callId }: CallJob, stopping: AbortSignal): Promise<Outcome> {
    for (;;) {
      const turn = await admitCall(this.#database, callId);
      if (turn.kind !== 'wait') return { kind: 'done' };
      if (turn.ms > LEAD_MS) return { kind: 'again', inMs: turn.ms - LEAD_MS };
      if (stopping.aborted) return { kind: 'again', inMs: turn.ms };
      await waitUnlessStopping(turn.ms, stopping);
    }
  }
}
