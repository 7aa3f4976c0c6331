import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

// The moment as a value of its own: see end_leases.
const statement = new Statement(
  'forget_blocked',
  `DELETE FROM blocklist
    WHERE (vdn_id, number) IN (
      SELECT vdn_id, number
        FROM blocklist
       WHERE expires_at <= (SELECT clock_timestamp())
       ORDER BY expires_at
       LIMIT $1
         FOR UPDATE SKIP LOCKED
    )`,
);

/**
 * Removes up to `limit` numbers from blocklists whose time is over; they have not counted since. Answers how many. Needs no
 * lock of the list: it waits for nobody, and one that is blocked anew at this moment is passed over.
 */
export function forgetBlocked(on: Queryable, limit: number): Promise<number> {
  return statement.count(on, [limit]);
}
