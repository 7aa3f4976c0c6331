import type { RecordStatus } from '#wire';
import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

/** A record that is not incomplete any more. */
export interface EndedRecord {
  readonly vdnId: number;
  readonly campaignId: bigint;
  readonly status: Exclude<RecordStatus, 'waiting' | 'leased'>;
}

// The campaigns are locked in the order of their keys, so that two at once cannot wait for each other.
const statement = new Statement(
  'free_room',
  `WITH ended AS MATERIALIZED (
     SELECT vdn_id,
            campaign_id,
            count(*)::int AS records,
            count(*) FILTER (WHERE status = 'completed') AS completed,
            count(*) FILTER (WHERE status = 'failed') AS failed,
            count(*) FILTER (WHERE status = 'recycled') AS recycled,
            count(*) FILTER (WHERE status = 'deleted') AS deleted
       FROM unnest($1::int[], $2::bigint[], $3::record_status[]) AS e(vdn_id, campaign_id, status)
      GROUP BY vdn_id, campaign_id
   ), locked AS MATERIALIZED (
     SELECT c.vdn_id, c.id
       FROM campaigns c
       JOIN ended e ON e.vdn_id = c.vdn_id AND e.campaign_id = c.id
      ORDER BY c.vdn_id, c.id
        FOR NO KEY UPDATE OF c
   )
   UPDATE campaigns c
      SET incomplete = c.incomplete - e.records,
          completed = c.completed + e.completed,
          failed = c.failed + e.failed,
          recycled = c.recycled + e.recycled,
          deleted = c.deleted + e.deleted
     FROM locked l
     JOIN ended e ON e.vdn_id = l.vdn_id AND e.campaign_id = l.id
    WHERE c.vdn_id = l.vdn_id AND c.id = l.id`,
);

/**
 * Takes records that have ended off their campaigns' counters. Called by the transaction that ended them, whose locks of the
 * records are held: so each is taken off once, and the counter is at every moment the number of incomplete records.
 */
export async function freeRoom(tx: Transaction, ended: readonly EndedRecord[]): Promise<void> {
  await statement.count(tx, [
    ended.map(({ vdnId }) => vdnId),
    ended.map(({ campaignId }) => campaignId),
    ended.map(({ status }) => status),
  ]);
}
