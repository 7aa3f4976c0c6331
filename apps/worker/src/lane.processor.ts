import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import { admitNextBatch } from '#ingestion';
import type { LaneTurn } from '#ingestion';
import type { Database } from '#persistence';
import type { LaneJob, Outcome } from '#queue';
import { LEAD_MS, waitUnlessStopping } from './pace.ts';

/** How long, in ms, a lane without an interval may go on before another one gets its turn. */
const TURN_MS = 1_000;

/**
 * Works a campaign's uploads off, batch by batch, each in its slot. While a slot is far away the job goes back into the
 * queue until shortly before it, so that any number of lanes can wait.
 */
export class LaneProcessor {
  readonly #database: Database;
  readonly #limit: LimitFunction;

  /** @param concurrency batches at a time; lanes that wait for their slot do not count */
  constructor(database: Database, concurrency: number) {
    this.#database = database;
    this.#limit = pLimit(concurrency);
  }

  /** A lane job may run twice or late: the database decides what is admitted, and when. */
  async process({ vdnId, campaignId }: LaneJob, stopping: AbortSignal): Promise<Outcome> {
    const turnEnds = performance.now() + TURN_MS;
    for (;;) {
      const turn = await this.#limit(() => this.#turn(vdnId, campaignId, stopping));
      if (turn.kind === 'idle') return { kind: 'done' };
      const { ms } = turn;
      if (ms > LEAD_MS) return { kind: 'again', inMs: ms - LEAD_MS };
      if (stopping.aborted || performance.now() > turnEnds) return { kind: 'again', inMs: ms };
      if (ms > 0) await waitUnlessStopping(ms, stopping);
    }
  }

  /** Lanes stand in line for this; those whose turn comes when the process is stopping are left to another one. */
  async #turn(vdnId: number, campaignId: number, stopping: AbortSignal): Promise<LaneTurn> {
    if (stopping.aborted) return { kind: 'again', ms: 0 };
    return admitNextBatch(this.#database, vdnId, campaignId);
  }
}
