import type { Queryable } from '../database.ts';
import { claimKeySql } from './claim-key.ts';
import type { KeyClaim } from './claim-key.ts';
import type { StagedBatch } from './insert-batch.ts';
import { batchValues } from './insert-batch.ts';
import { Statement } from './statement.ts';

export interface NewCall {
  readonly id: string;
  readonly vdnId: number;
  readonly campaignId: number;
  readonly batchId: string | null;
  /** How long the caller waits for the verdict. */
  readonly waitMs: number;
  /** The number whose advisory lock the waiting process holds. */
  readonly receiver: bigint;
  readonly claim: KeyClaim | null;
}

// Its commit is not waited for on the disk: nobody is told of the call before its admission is committed, whose own wait
// takes in everything that was written before it. A server that fails in between forgets a call that nobody knows.
const statement = new Statement<{ id: bigint }>(
  'insert_call',
  `WITH commit AS MATERIALIZED (
     SELECT set_config('synchronous_commit', 'off', true) AS mode
   ), call AS (
     INSERT INTO uploads (id, vdn_id, campaign_id, batch_id, mode, source_format, received, batches_total, receiving_until, receiver)
     VALUES ($1, $11, $12, $13, 'sync', 'json', $4, 1, clock_timestamp() + $14 * interval '1 millisecond', $15)
     RETURNING id, vdn_id
   ), key AS (
     ${claimKeySql('call', '$16', '$17')}
   )
   INSERT INTO batches (upload_id, number, first_line, size, payload, lines, priorities, recycle_at, numbers, number_places)
   SELECT call.id, $2, $3, $4, $5, $6::int[], $7::smallint[], $8::timestamptz[], $9::text[], $10::smallint[]
     FROM call, commit
   RETURNING id`,
);

/**
 * Puts a synchronous call down as an upload of one batch that is still being received, which is shown nowhere, and answers
 * with the batch's ID. It becomes an upload that everyone sees when a worker admits it, and is removed otherwise.
 * Fails when the request's Idempotency-Key is taken (see isKeyTaken).
 */
export async function insertCall(
  on: Queryable,
  call: NewCall,
  batch: StagedBatch,
): Promise<bigint> {
  const row = await statement.row(on, [
    call.id,
    ...batchValues(batch),
    call.vdnId,
    call.campaignId,
    call.batchId,
    call.waitMs,
    call.receiver,
    call.claim?.key ?? null,
    call.claim?.requestDigest ?? null,
  ]);
  if (row === undefined) throw new Error('an insert returned no row');
  return row.id;
}
