import { sourceForm, streamReceipts } from '#ingestion';
import type { AdmittedRecord } from '#ingestion';
import type { Database, UploadStore } from '#persistence';
import type { Answer } from '../http/answer.ts';
import { success } from './envelope.ts';

/** The answer to a synchronous call that was admitted (the interface's Table 7). */
export function admittedAnswer(records: readonly AdmittedRecord[], totalSize: number): Answer {
  return { status: 200, headers: {}, body: success({ totalSize, dataIdList: records }) };
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
  uploadId: string,
  admitted: (records: readonly AdmittedRecord[], incomplete: number) => Answer,
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
  return admitted(records, upload.incompleteAfter ?? 0);
}
