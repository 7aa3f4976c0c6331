/**
 * One lane job for each campaign with work. All campaigns share the queue: a queue and a BullMQ worker for each would cost
 * connections for each.
 */
export const LANES = 'lanes';

/** One job for each synchronous call, in a queue of their own, so that they never stand behind lanes. */
export const CALLS = 'calls';

/** What the names of all keys in Redis begin with. In braces: a Cluster keeps all of a queue, and all queues, on one node. */
export const PREFIX = '{dialgate}';

export interface LaneJob {
  readonly vdnId: number;
  readonly campaignId: number;
}

export interface CallJob {
  readonly callId: string;
  /** Its campaign, for workers to know what else they have of that one. */
  readonly vdnId: number;
  readonly campaignId: number;
}

/** Nothing of a job is worth keeping: the database has the outcome, and a kept job of the same ID would stop the next. */
export const KEEP_NOTHING = { removeOnComplete: true, removeOnFail: true } as const;
