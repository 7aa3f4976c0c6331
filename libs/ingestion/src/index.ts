export { admitNextBatch } from './admission/admit-batch.ts';
export type { LaneTurn } from './admission/admit-batch.ts';
export { admitCall } from './admission/admit-call.ts';
export type { CallTurn } from './admission/admit-call.ts';
export { BlocklistService } from './blocklist/blocklist-service.ts';
export type {
  BlocklistChange,
  BlocklistContent,
  BlocklistSettings,
} from './blocklist/blocklist-service.ts';
export { CallService } from './calls/call-service.ts';
export type { AdmittedRecord, CallAnswer, CallSettings, PlacedCall } from './calls/call-service.ts';
export { Verdicts } from './calls/verdicts.ts';
export { UploadControl } from './control/upload-control.ts';
export { KeyWatch } from './following/key-watch.ts';
export { Newest } from './following/newest.ts';
export { UploadWatch } from './following/upload-watch.ts';
export type { UploadSnapshot } from './following/upload-watch.ts';
export { sweep } from './sweep.ts';
export type { Swept } from './sweep.ts';
export { wakeOverdueLanes } from './wake-overdue.ts';
export { MAX_JSON_BYTES, readJson, wholeBody } from './intake/json-body.ts';
export { UploadService } from './intake/upload-service.ts';
export type { IncomingUpload, UploadAnswer, UploadSettings } from './intake/upload-service.ts';
export type { ReceiptSelection } from './receipts/receipt-pages.ts';
export { streamReceipts, streamSource } from './receipts/receipts.ts';
export type { Receipt } from './receipts/receipts.ts';
export { sourceForm } from './receipts/source-form.ts';
export type { SourceForm } from './receipts/source-form.ts';
export type { Idempotency, Replay } from './idempotency.ts';
export { KeyRing } from './keys/key-ring.ts';
export type { IssuedKey, KeyRequest, SigningKey } from './keys/key-ring.ts';
export { requireGoodKey } from './keys/require-good-key.ts';
export { DialerService } from './dialer/dialer-service.ts';
export type { ReportedResult } from './dialer/report-results.ts';
export { Retention } from './retention.ts';
export type { Removals, RetentionSettings } from './retention.ts';
