/** The last four are those it ends in. While it is still being received it is shown nowhere. */
export const SHOWN_STATES = [
  'queued',
  'running',
  'waiting_capacity',
  'paused',
  'completed',
  'completed_with_errors',
  'cancelled',
  'failed',
] as const;

export type UploadState = (typeof SHOWN_STATES)[number];

export const SKIP_OR_ABORT = ['skip', 'abort'] as const;
export const WAIT_OR_REFUSE = ['wait', 'refuse'] as const;

export type SkipOrAbort = (typeof SKIP_OR_ABORT)[number];
export type WaitOrRefuse = (typeof WAIT_OR_REFUSE)[number];

/** What becomes of the records that are not simply admitted. */
export interface UploadPolicy {
  readonly onInvalid: SkipOrAbort;
  readonly onDuplicate: SkipOrAbort;
  readonly onBlocklisted: SkipOrAbort;
  readonly onFull: WaitOrRefuse;
}

/** `received` is at every moment the sum of the others. */
export interface UploadCounts {
  readonly received: number;
  readonly accepted: number;
  readonly invalid: number;
  readonly duplicate: number;
  readonly blocklisted: number;
  /** Not taken by the campaign, or the upload was aborted. */
  readonly refused: number;
  /** Cancelled. */
  readonly dropped: number;
  readonly pending: number;
}

/** An upload as the native face shows it. */
export interface UploadView {
  readonly id: string;
  readonly vdnId: number;
  readonly campaignId: number;
  readonly batchId: string | null;
  readonly mode: 'sync' | 'async';
  readonly state: UploadState;
  readonly dryRun: boolean;
  readonly policy: UploadPolicy;
  readonly counts: UploadCounts;
  readonly batches: { readonly total: number; readonly done: number };
  readonly createdAt: string;
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly estimatedFinishAt: string | null;
  readonly error: { readonly code: string; readonly description: string } | null;
}
