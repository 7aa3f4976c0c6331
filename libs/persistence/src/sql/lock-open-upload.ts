import type { UploadPolicy } from '#domain';
import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

export interface OpenUpload {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'waiting_capacity';
  readonly batchesDone: number;
  readonly onFull: UploadPolicy['onFull'];
}

const statement = new Statement<OpenUpload>(
  'lock_open_upload',
  `SELECT id, state, batches_done AS "batchesDone", on_full AS "onFull"
     FROM uploads
    WHERE vdn_id = $1 AND campaign_id = $2
      AND state IN ('queued', 'running', 'waiting_capacity')
    ORDER BY queue_number
    LIMIT 1
      FOR UPDATE`,
);

/**
 * Locks the upload whose turn it is in the campaign: the first in the queue that is neither finished nor paused. The
 * lock is the upload's: whoever decides about its batches, pauses or cancels it, holds it first, and takes the
 * campaign's lock only after it. Two at once: the second waits here; if the upload ended meanwhile it gets none, though
 * there may be a next one, and asks again.
 */
export function lockOpenUpload(
  tx: Transaction,
  vdnId: number,
  campaignId: number,
): Promise<OpenUpload | undefined> {
  return statement.row(tx, [vdnId, campaignId]);
}
