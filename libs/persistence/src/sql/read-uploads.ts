import type { Queryable } from '../database.ts';
import type { Upload } from '../generated/prisma/client.ts';
import { Statement } from './statement.ts';

/** What of an upload is shown. */
export type ShownUpload = Omit<
  Upload,
  | 'sourceFormat'
  | 'queueNumber'
  | 'sourceHeader'
  | 'fault'
  | 'incompleteAfter'
  | 'receivingUntil'
  | 'receiptsRemovedAt'
  | 'emptiedAt'
  | 'receiver'
>;

/** A connection that hangs is given up after so many ms. */
const TIMEOUT_MS = 5_000;

const statement = new Statement<ShownUpload>(
  'read_uploads',
  `SELECT id,
          vdn_id AS "vdnId",
          campaign_id AS "campaignId",
          batch_id AS "batchId",
          mode,
          state,
          dry_run AS "dryRun",
          on_invalid AS "onInvalid",
          on_duplicate AS "onDuplicate",
          on_blocklisted AS "onBlocklisted",
          on_full AS "onFull",
          received,
          accepted,
          invalid,
          duplicate,
          blocklisted,
          refused,
          dropped,
          batches_total AS "batchesTotal",
          batches_done AS "batchesDone",
          error,
          created_at AS "createdAt",
          queued_at AS "queuedAt",
          started_at AS "startedAt",
          finished_at AS "finishedAt"
     FROM uploads
    WHERE id = ANY ($1::uuid[]) AND state <> 'receiving'`,
  { timeoutMs: TIMEOUT_MS },
);

/** Those of these uploads that are there, in no order. */
export function readUploads(on: Queryable, uploadIds: readonly string[]): Promise<ShownUpload[]> {
  return statement.rows(on, [uploadIds]);
}
