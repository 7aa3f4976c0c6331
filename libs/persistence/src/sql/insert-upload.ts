import type { UploadPolicy } from '#domain';
import type { Queryable } from '../database.ts';
import { claimKeySql } from './claim-key.ts';
import type { KeyClaim } from './claim-key.ts';
import { Statement } from './statement.ts';

export type SourceFormat = 'ndjson' | 'csv' | 'json';

export interface NewUpload {
  readonly id: string;
  readonly vdnId: number;
  readonly campaignId: number;
  readonly batchId: string | null;
  readonly sourceFormat: SourceFormat;
  /** How long a silent receiver is believed to be alive. */
  readonly receivingSeconds: number;
  /** The number whose advisory lock the receiving process holds. */
  readonly receiver: bigint;
  readonly claim: KeyClaim | null;
  readonly policy: UploadPolicy;
}

const statement = new Statement(
  'insert_upload',
  `WITH upload AS (
     INSERT INTO uploads (id, vdn_id, campaign_id, batch_id, mode, source_format, receiving_until, receiver,
                          on_invalid, on_duplicate, on_blocklisted, on_full, dry_run)
     VALUES ($1, $2, $3, $4, 'async', $5::source_format, clock_timestamp() + $6 * interval '1 second', $7,
             $10, $11, $12, $13, $14)
     RETURNING id, vdn_id
   )
   ${claimKeySql('upload', '$8', '$9')}`,
);

/**
 * Begins an upload. It is seen by nobody until it is sealed, and removed when its receiver dies or falls silent. Fails when
 * the request's Idempotency-Key is taken (see isKeyTaken).
 */
export async function insertUpload(on: Queryable, upload: NewUpload): Promise<void> {
  await statement.count(on, [
    upload.id,
    upload.vdnId,
    upload.campaignId,
    upload.batchId,
    upload.sourceFormat,
    upload.receivingSeconds,
    upload.receiver,
    upload.claim?.key ?? null,
    upload.claim?.requestDigest ?? null,
    upload.policy.onInvalid,
    upload.policy.onDuplicate,
    upload.policy.onBlocklisted,
    upload.policy.onFull,
    upload.policy.dryRun,
  ]);
}
