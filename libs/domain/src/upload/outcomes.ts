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
