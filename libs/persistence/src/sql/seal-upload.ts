import type { Reception } from '#domain';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface Seal extends Reception {
  readonly uploadId: string;
  readonly batchId: string | null;
  /** Of CSV: its header line as it was sent. */
  readonly sourceHeader: string | null;
  readonly received: number;
  readonly invalid: number;
  readonly duplicate: number;
  readonly blocklisted: number;
  readonly batches: number;
  /** Of the whole request, where it has an Idempotency-Key. */
  readonly requestDigest: Buffer | null;
}

const statement = new Statement(
  'seal_upload',
  `WITH key AS (
     UPDATE idempotency_keys SET request_digest = $7::bytea WHERE upload_id = $1 AND $7::bytea IS NOT NULL
   )
   UPDATE uploads
      SET state = $9::upload_state,
          batch_id = $2,
          source_header = $8,
          received = $3,
          invalid = $4,
          duplicate = $5,
          blocklisted = $10,
          accepted = $11,
          refused = $12,
          error = $13::jsonb,
          batches_total = $6,
          queue_number = nextval('upload_queue_number_seq'),
          queued_at = clock_timestamp(),
          finished_at = CASE WHEN $9::upload_state <> 'queued' THEN clock_timestamp() END,
          receiving_until = NULL
    WHERE id = $1 AND state = 'receiving'`,
);

/**
 * The one statement that makes an upload exist: with it, and not before, it is seen and worked off, or has
 * ended with its report. A process that dies
 * before it leaves an upload that nobody sees and the sweep removes; one that dies after it leaves one whose lane the
 * sweep wakes. False: it was removed, its receiver thought dead.
 */
export async function sealUpload(on: Queryable, seal: Seal): Promise<boolean> {
  const sealed = await statement.count(on, [
    seal.uploadId,
    seal.batchId,
    seal.received,
    seal.invalid,
    seal.duplicate,
    seal.batches,
    seal.requestDigest,
    seal.sourceHeader,
    seal.state,
    seal.blocklisted,
    seal.accepted,
    seal.refused,
    seal.error === null ? null : JSON.stringify(seal.error),
  ]);
  return sealed === 1;
}
