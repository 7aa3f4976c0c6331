import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

// A body may come in for longer than its key is kept: the time begins when it has come to its end.
// The moment as a value of its own: see end_leases.
const statement = new Statement(
  'forget_keys',
  `DELETE FROM idempotency_keys
    WHERE (vdn_id, key) IN (
      SELECT k.vdn_id, k.key
        FROM idempotency_keys k
        JOIN uploads u ON u.id = k.upload_id
       WHERE k.created_at < (SELECT clock_timestamp() - $1 * interval '1 hour')
         AND u.state <> 'receiving'
         AND coalesce(u.queued_at, u.started_at, k.created_at) < clock_timestamp() - $1 * interval '1 hour'
       ORDER BY k.created_at
       LIMIT $2
         FOR UPDATE OF k SKIP LOCKED
    )`,
);

/** Removes up to `limit` idempotency keys that have been kept for `hours`; answers how many. Their uploads stay. */
export function forgetKeys(on: Queryable, hours: number, limit: number): Promise<number> {
  return statement.count(on, [hours, limit]);
}
