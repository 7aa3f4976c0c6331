import { isFinished, msUntilFinished, pendingOf } from '#domain';
import type { Fault, Locale } from '#errors';
import { describe } from '#errors';
import type { OutlookRow, ShownUpload } from '#persistence';

/** An upload as the native face shows it; `received` is at every moment the sum of the other counts. */
export interface UploadView {
  readonly id: string;
  readonly vdnId: number;
  readonly campaignId: number;
  readonly batchId: string | null;
  readonly mode: 'sync' | 'async';
  readonly state: string;
  readonly dryRun: boolean;
  readonly policy: {
    readonly onInvalid: string;
    readonly onDuplicate: string;
    readonly onBlocklisted: string;
    readonly onFull: string;
  };
  readonly counts: {
    readonly received: number;
    readonly accepted: number;
    readonly invalid: number;
    readonly duplicate: number;
    readonly blocklisted: number;
    readonly refused: number;
    readonly dropped: number;
    readonly pending: number;
  };
  readonly batches: { readonly total: number; readonly done: number };
  readonly createdAt: string;
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly estimatedFinishAt: string | null;
  readonly error: { readonly code: string; readonly description: string } | null;
}

/** @param outlook of an upload that is open and not paused */
export function showUpload(
  upload: ShownUpload,
  outlook: OutlookRow | undefined,
  locale: Locale,
): UploadView {
  const { received, accepted, invalid, duplicate, blocklisted, refused, dropped } = upload;
  const error = upload.error as Fault | null;
  return {
    id: upload.id,
    vdnId: upload.vdnId,
    campaignId: Number(upload.campaignId),
    batchId: upload.batchId,
    mode: upload.mode,
    state: upload.state,
    dryRun: upload.dryRun,
    policy: {
      onInvalid: upload.onInvalid,
      onDuplicate: upload.onDuplicate,
      onBlocklisted: upload.onBlocklisted,
      onFull: upload.onFull,
    },
    counts: {
      received,
      accepted,
      invalid,
      duplicate,
      blocklisted,
      refused,
      dropped,
      pending: pendingOf(upload),
    },
    batches: { total: upload.batchesTotal, done: upload.batchesDone },
    createdAt: upload.createdAt.toISOString(),
    queuedAt: upload.queuedAt?.toISOString() ?? null,
    startedAt: upload.startedAt?.toISOString() ?? null,
    finishedAt: upload.finishedAt?.toISOString() ?? null,
    estimatedFinishAt: estimateFinish(upload, outlook)?.toISOString() ?? null,
    error: error && { code: error.code, description: describe(error, locale) },
  };
}

/** When it was finished, or will be; null where that cannot be told (see msUntilFinished). */
function estimateFinish(upload: ShownUpload, outlook: OutlookRow | undefined): Date | null {
  if (isFinished(upload.state)) return upload.finishedAt;
  if (outlook === undefined) return null;
  const batches = upload.batchesTotal - upload.batchesDone;
  const ms = msUntilFinished({ ...upload, batches, pending: pendingOf(upload) }, outlook);
  return ms === null ? null : new Date(outlook.now.getTime() + ms);
}
