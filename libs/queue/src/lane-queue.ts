import type { QueueBackend } from './backend.ts';
import { KEEP_NOTHING, LANES } from './names.ts';
import type { LaneJob } from './names.ts';
import { promote } from './promote.ts';

/** Wakes lanes. */
export class LaneQueue {
  readonly #backend: QueueBackend;
  readonly #queue;
  readonly #onError: (error: Error) => void;
  /** Those that were to be woken while Redis was away, by their IDs: no more than there are campaigns. */
  readonly #missed = new Map<string, LaneJob>();

  constructor(backend: QueueBackend) {
    this.#backend = backend;
    backend.onBack(() => {
      this.#wakeMissed();
    });
    this.#queue = new backend.classes.Queue<LaneJob>(LANES, backend.options);
    this.#onError = backend.onError;
    this.#queue.on('error', backend.onError);
  }

  /**
   * Wakes the lane of a campaign: it looks for work soon, or at its next slot if it is waiting for one. Waking it many
   * times is waking it once; waking it while it works makes it look once more, so no wake-up is lost to a lane that is
   * just about to stop. While Redis is away nothing happens; the lane is woken when it is back, or, if this process ends
   * before, by a sweep.
   */
  async wake({ vdnId, campaignId }: LaneJob): Promise<void> {
    if (this.isAway) {
      this.#missed.set(laneId({ vdnId, campaignId }), { vdnId, campaignId });
      return;
    }
    await this.#queue.add(
      'lane',
      { vdnId, campaignId },
      {
        ...KEEP_NOTHING,
        deduplication: { id: laneId({ vdnId, campaignId }), keepLastIfActive: true },
      },
    );
  }

  /**
   * Wakes a lane now, also if it is waiting for its slot: the slot may be nearer than it was, because the campaign's
   * interval was shortened, or it may have passed long ago. While Redis is away it is as with `wake`.
   *
   * Redis may have lost the list that the job stood in and still have the job, as after an eviction (of a job that is gone
   * BullMQ takes notice itself): each further wake-up would be deduplicated against that job. The lane is then woken by a new one. If its
   * job has only just ended, the lane may have two jobs for a while, which admit side by side what either finds to do.
   */
  async hurry(lane: LaneJob): Promise<void> {
    await this.wake(lane);
    if (this.isAway) return;
    const id = laneId(lane);
    const jobId = await this.#queue.getDeduplicationJobId(id);
    if (jobId === null) return;
    if ((await this.#queue.getJobState(jobId)) === 'unknown') {
      await this.#queue.removeDeduplicationKey(id);
      await this.wake(lane);
    } else {
      await promote(await this.#queue.getJob(jobId));
    }
  }

  /**
   * Wakes a lane without waiting for it: where Redis is silent this takes until it is back, and a caller has an answer to
   * give. A wake-up that is lost is made up for by the sweep.
   */
  wakeSoon(lane: LaneJob): void {
    this.wake(lane).catch(this.#onError);
  }

  /** Whether lanes cannot be woken just now. */
  get isAway(): boolean {
    return this.#backend.isAway;
  }

  /** The same for `hurry`. */
  hurrySoon(lane: LaneJob): void {
    this.hurry(lane).catch(this.#onError);
  }

  #wakeMissed(): void {
    const missed = [...this.#missed.values()];
    this.#missed.clear();
    for (const lane of missed) this.hurrySoon(lane);
  }

  async close(): Promise<void> {
    await this.#backend.untilClosed(this.#queue.close());
  }
}

/** What a lane's job is known by while it waits or works. */
function laneId({ vdnId, campaignId }: LaneJob): string {
  return `${vdnId}-${campaignId}`;
}
