import type { Transaction } from '../database.ts';
import type { LockedCampaign } from './lock-campaign.ts';
import { lockCampaignSql } from './lock-campaign.ts';
import { Statement } from './statement.ts';

/** A synchronous call that waits for its verdict, and its campaign. */
export interface LockedCall {
  readonly vdnId: number;
  readonly campaignId: bigint;
  /** How long its caller still waits, by the database's clock. */
  readonly msLeft: number;
  readonly campaign: LockedCampaign;
}

/**
 * How long, in ms, a call waits for another admission to its campaign; afterwards it comes again. Many times as long as an
 * admission takes, and short beside what a campaign can be held for: who waits for it keeps a connection and a worker from
 * the calls of all other campaigns.
 */
const PATIENCE_MS = 250;

type Row = Omit<LockedCall, 'campaign'> & LockedCampaign;

// One statement for two looks, as each is a round trip that a caller waits for. The campaign's lock comes after the call's:
// it is looked for with the keys that the locked call has. The batch is read when both are held (see readBatch): the numbers
// that were blocked while a lock was waited for count too.
const statement = new Statement<Row>(
  'lock_call',
  `WITH patience AS MATERIALIZED (
     SELECT set_config('lock_timeout', '${PATIENCE_MS}', true) AS ms
   ), call AS MATERIALIZED (
     SELECT id,
            vdn_id AS "vdnId",
            campaign_id AS "campaignId",
            (extract(epoch FROM receiving_until - clock_timestamp()) * 1000)::float8 AS "msLeft"
       FROM uploads, patience
      WHERE id = $1
        AND mode = 'sync' AND state = 'receiving' AND fault IS NULL
        AND receiving_until > clock_timestamp()
        FOR UPDATE OF uploads
   ), campaign AS MATERIALIZED (
     ${lockCampaignSql(`(c.vdn_id, c.id) = (SELECT "vdnId", "campaignId" FROM call)`)}
   )
   SELECT "vdnId", "campaignId", "msLeft", campaign.*
     FROM call, campaign`,
);

/**
 * Locks a synchronous call that still waits for its verdict, and then its campaign; none when it was decided or withdrawn, or
 * its time is over. A withdrawal at the same moment waits for the lock and then finds the decision; every other admission to
 * the campaign stands in line at the campaign's (see lockCampaign), but not for long: see isHeld.
 */
export async function lockCall(tx: Transaction, uploadId: string): Promise<LockedCall | undefined> {
  const row = await statement.row(tx, [uploadId]);
  if (row === undefined) return undefined;
  const { vdnId, campaignId, msLeft, ...campaign } = row;
  return { vdnId, campaignId, msLeft, campaign };
}
