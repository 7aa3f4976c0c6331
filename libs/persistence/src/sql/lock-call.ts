import type { Transaction } from '../database.ts';
import type { LockedCampaign } from './lock-campaign.ts';
import { lockCampaignSql } from './lock-campaign.ts';
import type { UndecidedBatch } from './read-batches.ts';
import { readBatchesSql } from './read-batches.ts';
import { Statement } from './statement.ts';

/** A synchronous call that waits for its verdict, with all that the verdict depends on. */
export interface LockedCall {
  readonly vdnId: number;
  readonly campaignId: bigint;
  /** How long its caller still waits, by the database's clock. */
  readonly msLeft: number;
  readonly batch: UndecidedBatch;
  readonly campaign: LockedCampaign;
}

type Row = Omit<LockedCall, 'batch' | 'campaign'> &
  Omit<UndecidedBatch, 'id'> & { readonly batchId: bigint } & LockedCampaign;

// One statement for three looks, as each is a round trip that a caller waits for. The campaign's lock comes after the call's:
// it is looked for with the keys that the locked call has. Where a lock was waited for, the row is the one that came of it.
const statement = new Statement<Row>(
  'lock_call',
  `WITH call AS MATERIALIZED (
     SELECT id,
            vdn_id AS "vdnId",
            campaign_id AS "campaignId",
            (extract(epoch FROM receiving_until - clock_timestamp()) * 1000)::float8 AS "msLeft"
       FROM uploads
      WHERE id = $1
        AND mode = 'sync' AND state = 'receiving' AND fault IS NULL
        AND receiving_until > clock_timestamp()
        FOR UPDATE
   ), campaign AS MATERIALIZED (
     ${lockCampaignSql(`(c.vdn_id, c.id) = (SELECT "vdnId", "campaignId" FROM call)`)}
   ), batch AS MATERIALIZED (
     ${readBatchesSql('b.upload_id = (SELECT id FROM call)', '(SELECT "vdnId" FROM call)')}
   )
   SELECT "vdnId", "campaignId", "msLeft",
          batch.id AS "batchId", batch.size, batch.decided, batch.blocked,
          campaign.*
     FROM call, campaign, batch`,
);

/**
 * Locks a synchronous call that still waits for its verdict, and then its campaign; none when it was decided or withdrawn, or
 * its time is over. A withdrawal at the same moment waits for the lock and then finds the decision; every other admission to
 * the campaign stands in line at the campaign's (see lockCampaign).
 */
export async function lockCall(tx: Transaction, uploadId: string): Promise<LockedCall | undefined> {
  const row = await statement.row(tx, [uploadId]);
  if (row === undefined) return undefined;
  const { vdnId, campaignId, msLeft, batchId, size, decided, blocked, ...campaign } = row;
  return { vdnId, campaignId, msLeft, batch: { id: batchId, size, decided, blocked }, campaign };
}
