import type { Transaction } from '../database.ts';
import type { EndedRecord } from './free-room.ts';
import { Statement } from './statement.ts';

// The moment as a value of its own: see end_leases.
const statement = new Statement<EndedRecord>(
  'recycle_records',
  `UPDATE records
      SET status = 'recycled', ended_at = clock_timestamp()
    WHERE id = ANY (ARRAY(
      SELECT id
        FROM records
       WHERE status = 'waiting' AND recycle_at <= (SELECT clock_timestamp())
       ORDER BY recycle_at
       LIMIT $1
         FOR UPDATE SKIP LOCKED
    ))
   RETURNING vdn_id AS "vdnId", campaign_id AS "campaignId", status`,
);

/**
 * Takes up to `limit` waiting records whose recycle time has passed out of the backlog, whatever their campaign. Their room
 * is freed by the same transaction.
 */
export function recycleRecords(tx: Transaction, limit: number): Promise<EndedRecord[]> {
  return statement.rows(tx, [limit]);
}
