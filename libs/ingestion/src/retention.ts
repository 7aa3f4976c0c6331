import type { Database, Position, Removed } from '#persistence';
import {
  BEGINNING,
  forgetBlocked,
  forgetKeys,
  hideReceipts,
  removeBatches,
  removeReceipts,
  removeRecords,
  removeUploads,
} from '#persistence';

/** How long what has ended is kept. Infinity: for ever. Receipts are not kept longer than records, nor than uploads. */
export interface RetentionSettings {
  readonly receiptsDays: number;
  readonly recordsDays: number;
  readonly uploadsDays: number;
  /** At least 24, and not longer than uploads. */
  readonly idempotencyHours: number;
}

/** Rows of a statement: a fraction of a second, so that locks are short and others get their turn. */
const STEP = 1_000;

/** Of one statement that removes receipts: uploads looked at, records that were not accepted, batches decided in part. */
const RECEIPTS_STEP = { uploads: STEP, records: 5_000, batches: 20 };

/**
 * How long, in ms, what was passed over is left alone: records whose receipts are kept still, batches with records,
 * uploads with batches. Each is looked at once in that time, however many they are.
 */
const PASSED_OVER_MS = 600_000;

/** What was removed, by kind; of receipts, of how many uploads. */
export type Removals = Record<
  'blocked' | 'keys' | 'receipts' | 'records' | 'batches' | 'uploads',
  number
>;

/** One statement of bounded size; `more`: there may be more to remove right now. */
interface Step {
  readonly removed: number;
  readonly more: boolean;
}

/**
 * Removes what has been kept for long enough, in small steps, each a statement that is a transaction of its own: dying
 * between two leaves the rest to the next. Any number of processes may do it at once: each passes over what another has
 * locked. Nothing here takes a lock that an admission, an upload or a call waits for.
 */
export class Retention {
  readonly #steps: Readonly<Record<keyof Removals, () => Promise<Step>>>;
  readonly #now: () => number;

  /** @param now a clock, in ms */
  constructor(
    { pool }: Database,
    settings: RetentionSettings,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    const { receiptsDays, recordsDays, uploadsDays, idempotencyHours } = settings;
    const records = new Walk(now, (after) => removeRecords(pool, recordsDays, after, STEP));
    const batches = new Walk(now, (after) => removeBatches(pool, uploadsDays, after, STEP));
    const uploads = new Walk(now, (after) => removeUploads(pool, uploadsDays, after, STEP));
    this.#steps = {
      blocked: () => counted(forgetBlocked(pool, STEP)),
      keys: () => counted(forgetKeys(pool, idempotencyHours, STEP)),
      // In this order: each makes the next one's work.
      receipts: unlessForEver(receiptsDays, async () => {
        const removed = await hideReceipts(pool, receiptsDays, STEP);
        const more = await removeReceipts(pool, RECEIPTS_STEP);
        return { removed, more: more || removed === STEP };
      }),
      records: unlessForEver(recordsDays, () => records.step()),
      batches: unlessForEver(uploadsDays, () => batches.step()),
      uploads: unlessForEver(uploadsDays, () => uploads.step()),
    };
  }

  /**
   * Removes all that is due at this moment, and answers with what that was. Between two steps it rests for as long as the
   * last one took: it never takes more than half of a connection's time, nor more than one connection.
   *
   * @param rest waits so many ms; where it answers false, nothing more is done
   */
  async run(rest: (ms: number) => Promise<boolean>): Promise<Removals> {
    const removals: Removals = {
      blocked: 0,
      keys: 0,
      receipts: 0,
      records: 0,
      batches: 0,
      uploads: 0,
    };
    for (const kind of Object.keys(this.#steps) as (keyof Removals)[]) {
      for (let more = true; more;) {
        const begun = this.#now();
        const step = await this.#steps[kind]();
        removals[kind] += step.removed;
        more = step.more;
        if (more && !(await rest(this.#now() - begun))) return removals;
      }
    }
    return removals;
  }
}

const NOTHING: Step = { removed: 0, more: false };

const unlessForEver = (days: number, step: () => Promise<Step>): (() => Promise<Step>) =>
  Number.isFinite(days) ? step : () => Promise.resolve(NOTHING);

async function counted(removing: Promise<number>): Promise<Step> {
  const removed = await removing;
  return { removed, more: removed === STEP };
}

/**
 * A walk through what has ended, in the order in which it did. What is to stay a while longer is passed over; what ends
 * meanwhile comes behind it. When it has come to the end it begins anew after a time, for what was passed over.
 */
class Walk {
  readonly #now: () => number;
  readonly #remove: (after: Position) => Promise<Removed>;
  #position = BEGINNING;
  #begun: number;
  #atEnd = false;

  constructor(now: () => number, remove: (after: Position) => Promise<Removed>) {
    this.#now = now;
    this.#remove = remove;
    this.#begun = now();
  }

  async step(): Promise<Step> {
    if (this.#atEnd && this.#now() - this.#begun >= PASSED_OVER_MS) {
      this.#position = BEGINNING;
      this.#begun = this.#now();
    }
    const { removed, seen, at, id, number } = await this.#remove(this.#position);
    if (at !== null) this.#position = { at, id, number: number ?? 0 };
    this.#atEnd = seen < STEP;
    return { removed, more: !this.#atEnd };
  }
}
