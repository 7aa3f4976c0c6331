import { comeBackIn } from '#domain';
import type { Fault } from '#errors';
import { CODE, DomainError } from '#errors';
import type { Database } from '#persistence';
import type { Withdrawal } from '#persistence';
import { readVerdict, withdrawCall } from '#persistence';
import type { CallEvents, CallJob, CallQueue } from '#queue';
import { Alarm } from '../alarm.ts';
import { ASK_MS, Attempts } from '../attempts.ts';

/** How often, in ms, the database is asked while no event comes. */
const LOOK_MS = 250;

/**
 * How often, in ms, a waiting call is put into the queue again, in case the queue has lost it, and decided anew, in case its
 * slot is nearer than it was.
 */
const REPEAT_MS = 1_000;

export type Decision =
  | { readonly kind: 'admitted'; readonly incomplete: number }
  | { readonly kind: 'refused'; readonly fault: Fault };

/**
 * Has workers decide calls, and waits for their verdicts. The verdict is in the database; the queue's events only say when
 * to look.
 */
export class Verdicts {
  readonly #database: Database;
  readonly #queue: CallQueue;
  readonly #events: CallEvents;
  readonly #onLost: (error: unknown) => void;

  /** @param onLost told of what failed and is tried again: for the log */
  constructor(
    database: Database,
    queue: CallQueue,
    events: CallEvents,
    onLost: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#queue = queue;
    this.#events = events;
    this.#onLost = onLost;
  }

  /**
   * The verdict about a call that was put down, `waitMs` from now at the latest or, when the database fails just then, a few
   * seconds later. While there is time, a look that fails is only a look the less.
   *
   * Rejects with 0200006 when there was no verdict until then: either the call was withdrawn and nothing of it is kept, or the
   * text says that this is not known.
   *
   * @param deadline when `waitMs` are over, of `performance.now()`
   */
  async verdict(call: CallJob, deadline: number, waitMs: number): Promise<Decision> {
    const { callId } = call;
    const attempts = new Attempts(this.#onLost);
    const signs = new Signs();
    const unwatch = this.#events.watch(callId, () => {
      signs.give();
    });
    try {
      // What cannot be put into the queue now is at the next look.
      const repeatIn = (): number => (this.#queue.isAway ? LOOK_MS : REPEAT_MS);
      let repeatAt = performance.now() + repeatIn();
      this.#tell(this.#queue.enqueue(call));
      while (performance.now() < deadline) {
        if (performance.now() >= repeatAt) {
          repeatAt += repeatIn();
          this.#tell(this.#queue.hurry(call));
        }
        await signs.next(Math.min(LOOK_MS, deadline - performance.now()));
        const decision = await this.#look(callId, attempts, deadline);
        if (decision !== undefined) return decision;
      }
    } finally {
      unwatch();
    }
    const end = await attempts.repeat(() => this.#withdraw(callId), deadline + ASK_MS);
    if (end === undefined) throw attempts.unknownOutcome();
    if (end.kind !== 'withdrawn') return end;
    const params = { waitedMs: waitMs, ...retryAfter(end.msUntilSlot, waitMs) };
    throw new DomainError({ code: CODE.DATABASE_ERROR, params, nothingKept: true });
  }

  /** Takes a call back of which it is not known whether it was put down: one attempt, for its answer is due. */
  async takeBack(callId: string): Promise<void> {
    const attempts = new Attempts(this.#onLost);
    await attempts.once(
      () => withdrawCall(this.#database.pool, callId),
      performance.now() + ASK_MS,
    );
  }

  /** Not waited for: where Redis is silent this takes until it is back, and the caller's deadline counts. */
  #tell(queued: Promise<void>): void {
    queued.catch(this.#onLost);
  }

  async #look(callId: string, attempts: Attempts, deadline: number): Promise<Decision | undefined> {
    const { pool } = this.#database;
    const verdict = await attempts.once(() => readVerdict(pool, callId), deadline);
    switch (verdict?.kind) {
      case 'admitted':
        return verdict;
      case 'refused':
        // Nothing of a refused call stays; if this process or the database fails first, the sweep removes it.
        await attempts.once(() => withdrawCall(pool, callId), deadline);
        return verdict;
      case 'gone':
        // By a sweep that took this process for dead, or an equal request that did; no worker can have decided it.
        throw new DomainError({
          code: CODE.DATABASE_ERROR,
          params: { reason: 'callRemoved' },
          nothingKept: true,
        });
      case 'undecided':
      case undefined:
        return undefined;
    }
  }

  /**
   * The time is over: the call is taken back, or, where a worker was faster, its decision is the answer. Undefined: neither
   * can be, so that it has to be tried again.
   */
  async #withdraw(callId: string): Promise<Decision | Withdrawn | undefined> {
    const withdrawal = await withdrawCall(this.#database.pool, callId);
    if (withdrawal.kind !== 'too_late') return withdrawal;
    const verdict = await readVerdict(this.#database.pool, callId);
    switch (verdict.kind) {
      case 'admitted':
      case 'refused':
        return verdict;
      case 'gone':
        // By an attempt before this one whose answer was lost, or by a sweep.
        return { kind: 'withdrawn', msUntilSlot: 0 };
      case 'undecided':
        return undefined;
    }
  }
}

type Withdrawn = Extract<Withdrawal, { kind: 'withdrawn' }>;

/** When to come again after a withdrawal: where the slot was too far away, in time for it. */
function retryAfter(msUntilSlot: number, waitMs: number): { retryAfterMs?: number } {
  return msUntilSlot > 0 ? { retryAfterMs: Math.ceil(comeBackIn(msUntilSlot, waitMs)) } : {};
}

/** Signs that something may have happened; one given while nobody waits is kept. */
class Signs {
  readonly #alarm = new Alarm();
  #given = false;

  give(): void {
    this.#given = true;
    this.#alarm.ring();
  }

  /** Resolves at the next sign, or after `ms`. */
  async next(ms: number): Promise<void> {
    if (!this.#given) await this.#alarm.wait(ms);
    this.#given = false;
  }
}
