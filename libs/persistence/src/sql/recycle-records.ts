import type { Transaction } from '../database.ts';
import type { EndedRecord } from './free-room.ts';
import { Statement } from './statement.ts';

// The moment as a value of its own: see end_leases. A record whose campaign is locked at this moment is passed over, as one
// that is locked itself: waiting for it would keep the records of all other campaigns waiting as well.
const statement = new Statement<EndedRecord>(
  'recycle_records',
  `UPDATE records
      SET status = 'recycled', ended_at = clock_timestamp()
    WHERE id = ANY (ARRAY(
      SELECT r.id
        FROM records r
       CROSS JOIN LATERAL (
               SELECT
                 FROM campaigns c
                WHERE c.vdn_id = r.vdn_id AND c.id = r.campaign_id
                LIMIT 1
                  FOR NO KEY UPDATE SKIP LOCKED) AS campaign
       WHERE r.status = 'waiting' AND r.recycle_at <= (SELECT clock_timestamp())
       ORDER BY r.recycle_at
       LIMIT $1
         FOR UPDATE OF r SKIP LOCKED
    ))
   RETURNING vdn_id AS "vdnId", campaign_id AS "campaignId", status`,
);

/**
 * Takes up to `limit` waiting records whose recycle time has passed out of the backlog, whatever their campaign, and locks
 * their campaigns. Their room is freed by the same transaction.
 */
export function recycleRecords(tx: Transaction, limit: number): Promise<EndedRecord[]> {
  return statement.rows(tx, [limit]);
}
