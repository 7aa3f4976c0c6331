/** What became of a record, as receipts tell it. */
export const OUTCOMES = [
  'accepted',
  'invalid',
  'duplicate',
  'blocklisted',
  'refused',
  'dropped',
  'pending',
] as const;

export type ReceiptOutcome = (typeof OUTCOMES)[number];

/** What became of one record of an upload. */
export interface Receipt {
  /** The record's number in the upload, from 1. */
  readonly line: number;
  readonly sessionId: string | null;
  /** Its first number. */
  readonly called: string | null;
  readonly outcome: ReceiptOutcome;
  readonly dataId: string | null;
  readonly code: string | null;
  readonly detail: string | null;
}
