import type { Fault } from '#errors';

/** What came of one attempt to admit. */
export type Turn =
  /** Some records were decided; the next slot is `ms` away. */
  | { readonly kind: 'admitted'; readonly accepted: number; readonly ms: number }
  /** An upload was ended because its campaign takes no more; there may be another. */
  | { readonly kind: 'ended' }
  /** The slot is `ms` away. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** No room under the cap; whoever makes room wakes the lane. */
  | { readonly kind: 'full' }
  /** A synchronous call is refused. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  /** Nothing to do: decided before, withdrawn, or no upload is open. */
  | { readonly kind: 'idle' };

export const IDLE: Turn = { kind: 'idle' };
