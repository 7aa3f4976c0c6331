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
}

export type SlotDecision =
  /** The slot is open and ours. */
  | { readonly kind: 'take' }
  /** Come back in `ms`. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** 0200022; the earliest time that a repeat can succeed is `retryAfterMs` away. */
  | { readonly kind: 'refuse'; readonly retryAfterMs: number };

const TAKE = { kind: 'take' } as const;

/**
 * How long a batch stands back, in ms, when a slot has come that belongs to a synchronous call: long enough for that
 * call to take it, short enough not to lose much if the call is refused after all. As long again as the slot has been
 * open, for a call that does not come, and at most so long.
 */
export const YIELD_MS = 25;
export const MAX_YIELD_MS = 250;

/**
 * A synchronous call's turn. It is refused when the last admission was a synchronous one less than the interval ago,
 * or when another call is waiting; after an asynchronous batch it waits for the next slot, which is then its own, so
 * that an upload which uses every slot does not starve calls. Without an interval there are no slots to keep.
 */
export function slotForCall(pace: Pace, callId: string): SlotDecision {
  if (pace.intervalMs === 0) return TAKE;
  if (pace.reservedFor !== null && pace.reservedFor !== callId) {
    return { kind: 'refuse', retryAfterMs: Math.max(pace.msUntilSlot, 0) + pace.intervalMs };
  }
  if (pace.msUntilSlot <= 0) return TAKE;
  if (pace.lastMode === 'async') return { kind: 'wait', ms: pace.msUntilSlot };
  return { kind: 'refuse', retryAfterMs: pace.msUntilSlot };
}

/** An upload's batch's turn: it waits for its slot, and leaves a slot that belongs to a synchronous call to that call. */
export function slotForBatch(pace: Pace): Exclude<SlotDecision, { kind: 'refuse' }> {
  if (pace.intervalMs === 0) return TAKE;
  if (pace.reservedFor !== null) {
    if (pace.msUntilSlot > 0) return { kind: 'wait', ms: pace.msUntilSlot + YIELD_MS };
    return { kind: 'wait', ms: Math.min(Math.max(-pace.msUntilSlot, YIELD_MS), MAX_YIELD_MS) };
  }
  return pace.msUntilSlot <= 0 ? TAKE : { kind: 'wait', ms: pace.msUntilSlot };
}
