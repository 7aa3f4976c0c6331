import type { IntakeOutcome } from '#domain';
import type { Queryable } from '../database.ts';
import { claimKeySql } from './claim-key.ts';
import { GOOD_KEY_SQL } from './good-key-sql.ts';
import { Statement } from './statement.ts';

export interface Seal extends IntakeOutcome {
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
  /** The Idempotency-Key, where it was not claimed when the upload began. */
  readonly lateClaim: string | null;
  /** Of the key that the upload was sent with; null: it was the operator's token. */
  readonly accessKey: string | null;
}

/** `removed`: its receiver was thought dead. `notAllowed`: its sender's key was revoked or has expired meanwhile. */
export type SealOutcome = 'sealed' | 'removed' | 'notAllowed';

const statement = new Statement<{ isAllowed: boolean; isSealed: boolean }>(
  'seal_upload',
  `WITH sender AS MATERIALIZED (
     SELECT $14::text IS NULL
            OR EXISTS (SELECT FROM api_keys WHERE access_key = $14::text AND ${GOOD_KEY_SQL}) AS is_allowed
   ), key AS (
     UPDATE idempotency_keys SET request_digest = $7::bytea WHERE upload_id = $1 AND $7::bytea IS NOT NULL
   ), upload AS (
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
       FROM sender
      WHERE id = $1 AND state = 'receiving' AND is_allowed
     RETURNING id, vdn_id
   ), claim AS (
     ${claimKeySql('upload', '$15', '$7')}
   )
   SELECT is_allowed AS "isAllowed", EXISTS (SELECT FROM upload) AS "isSealed" FROM sender`,
);

/**
 * The one statement that makes an upload exist: with it, and not before, it is seen and worked off, or has
 * ended with its report. A process that dies
 * before it leaves an upload that nobody sees and the sweep removes; one that dies after it leaves one whose lane the
 * sweep wakes. Fails when an Idempotency-Key that is claimed with it is taken (see isKeyTaken).
 */
export async function sealUpload(on: Queryable, seal: Seal): Promise<SealOutcome> {
  const row = await statement.row(on, [
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
    seal.accessKey,
    seal.lateClaim,
  ]);
  if (row?.isSealed === true) return 'sealed';
  return row?.isAllowed === false ? 'notAllowed' : 'removed';
}
