import { sourceForm, streamReceipts } from '#ingestion';
import type { AdmittedRecord } from '#ingestion';
import type { CampaignStore, Database, UploadStore } from '#persistence';
import type { Answer } from '../http/answer.ts';
import { rateLimit } from '../http/rate-limit.ts';
import { success } from './envelope.ts';

/** What became of a synchronous call that was admitted. */
export interface AdmittedCall {
  readonly records: readonly AdmittedRecord[];
  /** The campaign's incomplete records right after the admission. */
  readonly incomplete: number;
  /** The campaign's interval between admissions. */
  readonly intervalMs: number;
}

/** The answer to a synchronous call that was admitted (the interface's Table 7); it says how calls are paced. */
export function admittedAnswer(
  { records, incomplete, intervalMs }: AdmittedCall,
  countIncomplete: boolean,
): Answer {
  const totalSize = countIncomplete ? incomplete : records.length;
  return {
    status: 200,
    headers: rateLimit(intervalMs, intervalMs),
    body: success({ totalSize, dataIdList: records }),
  };
}

/** The answer to a call that was taken as an upload. */
export function acceptedAnswer(uploadId: string): Answer {
  return {
    status: 202,
    headers: { location: `/v1/uploads/${uploadId}`, 'preference-applied': 'respond-async' },
    body: success({ uploadId }),
  };
}

/** Makes the answer anew that the call which brought an upload about would have got. */
export async function rebuildAnswer(
  database: Database,
  uploads: UploadStore,
  campaigns: CampaignStore,
  uploadId: string,
  countIncomplete: boolean,
): Promise<Answer> {
  const upload = await uploads.find(uploadId, null);
  if (upload?.mode !== 'sync') return acceptedAnswer(uploadId);
  const records: AdmittedRecord[] = [];
  const selection = {
    uploadId,
    received: upload.received,
    outcomes: new Set(['accepted'] as const),
  };
  const pages = streamReceipts(database, selection, sourceForm('json', null), 'en_US');
  for await (const page of pages) {
    for (const { called, dataId } of page)
      records.push({ called: called ?? '', dataId: dataId ?? '' });
  }
  const campaign = await campaigns.find(upload.vdnId, Number(upload.campaignId));
  const intervalMs = campaign?.admissionIntervalMs ?? 0;
  return admittedAnswer(
    { records, incomplete: upload.incompleteAfter ?? 0, intervalMs },
    countIncomplete,
  );
}
