/** How an admission came about: by a synchronous call or as a batch of an upload. */
export type AdmissionMode = 'sync' | 'async';

/** A campaign's pacing clock as the database saw it under the row's lock. */
export interface Pace {
  /** Milliseconds until the next admission may be; zero or less: now. By the database's clock. */
  readonly msUntilSlot: number;
  readonly intervalMs: number;
  readonly lastMode: AdmissionMode | null;
  /** The synchronous call that the next slot belongs to, while its reservation holds. */
  readonly reservedFor: string | null;
  /** How long, in ms, the caller of that call still waits. */
  readonly reservedMs: number;
}

/** A synchronous call that asks for its turn. */
export interface Caller {
  readonly callId: string;
  /** How long, in ms, its caller still waits. */
  readonly msLeft: number;
}

export type SlotDecision =
  /** The slot is open and ours. */
  | { readonly kind: 'take' }
  /** Come back in `ms`. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** The slot is open, and an upload's, if one can use it: come back in `ms`. If none can, it is ours. */
  | { readonly kind: 'yield'; readonly ms: number }
  /** 0200022; the earliest time that a repeat can succeed is `retryAfterMs` away. */
  | { readonly kind: 'refuse'; readonly because: 'pace' | 'other'; readonly retryAfterMs: number };

const TAKE = { kind: 'take' } as const;

/**
 * How long a batch stands back, in ms, when a slot has come that belongs to a synchronous call: long enough for that
 * call to take it, short enough not to lose much if the call is refused after all. As long again as the slot has been
 * open, for a call that does not come, and at most so long.
 */
export const YIELD_MS = 25;
export const MAX_YIELD_MS = 250;

/**
 * How long, in ms, a slot that follows a call's admission is a batch's before it is another call's. An upload that waits
 * takes it within a few milliseconds; for one that does not come a call loses no more than this.
 */
export const BATCH_FIRST_MS = 250;

const isBatchFirst = ({ msUntilSlot, lastMode }: Pace): boolean =>
  lastMode === 'sync' && msUntilSlot <= 0 && msUntilSlot > -BATCH_FIRST_MS;

/**
 * When to come again, in ms, for a call whose slot lies beyond the time that its caller waits: when half of that time is enough
 * to wait for the slot. Who comes when the slot has come finds that an upload has taken it.
 */
export function comeBackIn(msUntilSlot: number, waitMs: number): number {
  return Math.max(msUntilSlot - waitMs / 2, 0);
}

/**
 * A synchronous call's turn. It is refused when the last admission was a synchronous one less than the interval ago,
 * or when another call is waiting; after an asynchronous batch it waits for the next slot, which is then its own, so
 * that an upload which uses every slot does not starve calls. Nor do calls starve uploads: a slot that has come after a call's
 * admission is first of all a batch's, if the call can wait for the one behind it. Without an interval there are no slots to
 * keep.
 */
export function slotForCall(pace: Pace, { callId, msLeft }: Caller): SlotDecision {
  const { msUntilSlot, intervalMs } = pace;
  if (intervalMs === 0) return TAKE;
  if (pace.reservedFor !== null && pace.reservedFor !== callId) {
    return { kind: 'refuse', because: 'other', retryAfterMs: msUntilFree(pace, msLeft) };
  }
  if (isBatchFirst(pace) && msLeft > intervalMs + BATCH_FIRST_MS) {
    return { kind: 'yield', ms: msUntilSlot + BATCH_FIRST_MS };
  }
  if (msUntilSlot <= 0) return TAKE;
  if (pace.lastMode === 'async') return { kind: 'wait', ms: msUntilSlot };
  return { kind: 'refuse', because: 'pace', retryAfterMs: msUntilSlot };
}

/** Until a call can have a slot although another one waits: the slot behind that one's, if that one waits for long enough. */
function msUntilFree({ msUntilSlot, intervalMs, reservedMs }: Pace, waitMs: number): number {
  if (reservedMs < msUntilSlot) return Math.max(comeBackIn(msUntilSlot, waitMs), reservedMs);
  return Math.max(msUntilSlot, 0) + intervalMs;
}

/** An upload's batch's turn: it waits for its slot, and leaves a slot that belongs to a synchronous call to that call. */
export function slotForBatch(pace: Pace): Extract<SlotDecision, { kind: 'take' | 'wait' }> {
  if (pace.intervalMs === 0) return TAKE;
  if (pace.reservedFor !== null && !isBatchFirst(pace)) {
    if (pace.msUntilSlot > 0) return { kind: 'wait', ms: pace.msUntilSlot + YIELD_MS };
    return { kind: 'wait', ms: Math.min(Math.max(-pace.msUntilSlot, YIELD_MS), MAX_YIELD_MS) };
  }
  return pace.msUntilSlot <= 0 ? TAKE : { kind: 'wait', ms: pace.msUntilSlot };
}
