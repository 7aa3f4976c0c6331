import { isFinished, msUntilFinished, pendingOf } from '#domain';
import type { Fault, Locale } from '#errors';
import { describe } from '#errors';
import type { OutlookRow, ShownUpload } from '#persistence';
import type { UploadState, UploadView } from '#wire';

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
    // One that is still being received is shown nowhere.
    state: upload.state as UploadState,
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
