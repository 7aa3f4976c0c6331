import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface LeasedRecord {
  readonly id: bigint;
  readonly priority: number;
  /** The record as it was sent, a JSON text. */
  readonly source: string;
  readonly leasedUntil: Date;
}

// SKIP LOCKED: dialers that ask at the same moment are given different records and do not wait for each other. The
// partial index of waiting records has just this order, so the backlog behind the first `limit` is not looked at. The IDs
// are an array so that the records are always found by their primary key, however many the planner expects.
const statement = new Statement<LeasedRecord>(
  'lease_records',
  `UPDATE records
      SET status = 'leased',
          last_result = NULL,
          leased_until = clock.now + $4 * interval '1 second'
     FROM (SELECT clock_timestamp() AS now OFFSET 0) AS clock
    WHERE id = ANY (ARRAY(
     SELECT r.id
       FROM records r
      WHERE r.vdn_id = $1 AND r.campaign_id = $2
        AND r.status = 'waiting'
        AND (r.recycle_at IS NULL OR r.recycle_at > clock_timestamp())
        AND EXISTS (SELECT FROM campaigns c WHERE c.vdn_id = $1 AND c.id = $2 AND c.state = 'running')
      ORDER BY r.priority, r.id
      LIMIT $3
        FOR UPDATE OF r SKIP LOCKED
    ))
   RETURNING id, priority, source, leased_until AS "leasedUntil"`,
);

/**
 * Leases the next waiting records of a campaign that is running, at most `limit`, in no order. A process that dies before
 * the commit has leased nothing; one that dies after it has leased records that come back when their lease runs out.
 */
export function leaseRecords(
  on: Queryable,
  vdnId: number,
  campaignId: number,
  limit: number,
  leaseSeconds: number,
): Promise<LeasedRecord[]> {
  return statement.rows(on, [vdnId, campaignId, limit, leaseSeconds]);
}
