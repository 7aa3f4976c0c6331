import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface LeasedRecord {
  readonly id: bigint;
  readonly priority: number;
  /** The record as it was sent, a JSON text. */
  readonly source: string;
  readonly leasedUntil: Date;
}

// What may be leased is what waits and what was leased until a moment that has passed, merged in one order. Each comes from
// a partial index of its own: the waiting ones in that order already, so that the backlog behind the last one taken is not
// looked at; the others by the time at which they ran out, so that neither leases that still run nor other campaigns' are.
// (Compared as rows, that time is found by no other index.) They are locked one after the other until there are `limit`, and
// looked at again once locked: SKIP LOCKED gives dialers that ask at the same moment different records, and none waits. The
// laterals' limits and the array keep the planner to the primary key, however many records it expects. The end of the lease is
// what the dialer is told, in whole milliseconds.
const statement = new Statement<LeasedRecord>(
  'lease_records',
  `UPDATE records
      SET status = 'leased',
          last_result = NULL,
          leased_until = coalesce($5::timestamptz, date_trunc('milliseconds', clock.now + $4 * interval '1 second'))
     FROM (SELECT clock_timestamp() AS now OFFSET 0) AS clock
    WHERE id = ANY (ARRAY(
     SELECT locked.id
       FROM (SELECT id
               FROM ((SELECT id, priority
                        FROM records
                       WHERE vdn_id = $1 AND campaign_id = $2 AND status = 'waiting'
                       ORDER BY priority, id)
                      UNION ALL
                     (SELECT id, priority
                        FROM records
                       WHERE vdn_id = $1 AND campaign_id = $2 AND status = 'leased'
                         AND (vdn_id, campaign_id, leased_until) <= ($1, $2, (SELECT clock_timestamp()))
                       ORDER BY priority, id)) AS either
              ORDER BY priority, id
             OFFSET 0) AS free
      CROSS JOIN LATERAL (
             SELECT r.id
               FROM records r
              WHERE r.id = free.id
                AND (r.status = 'waiting' OR r.leased_until <= clock_timestamp())
                AND (r.recycle_at IS NULL OR r.recycle_at > clock_timestamp())
              LIMIT 1
                FOR UPDATE SKIP LOCKED) AS locked
      WHERE EXISTS (SELECT FROM campaigns c WHERE c.vdn_id = $1 AND c.id = $2 AND c.state = 'running')
      LIMIT $3
    ))
   RETURNING id, priority, source, leased_until AS "leasedUntil"`,
);

/**
 * Leases the next records of a campaign that is running, at most `limit`, in no order: of those that wait and those whose
 * lease has run out the most urgent and oldest ones. A process that dies before the commit has leased nothing; one that dies
 * after it has leased records that can be leased again when their lease runs out.
 *
 * @param until of a lease that is taken in steps: the end that its first step has; null: `leaseSeconds` from now
 */
export function leaseRecords(
  on: Queryable,
  vdnId: number,
  campaignId: number,
  limit: number,
  leaseSeconds: number,
  until: Date | null,
): Promise<LeasedRecord[]> {
  return statement.rows(on, [vdnId, campaignId, limit, leaseSeconds, until]);
}
