export { OUTCOMES } from '#wire';
export type { ReceiptOutcome } from '#wire';
