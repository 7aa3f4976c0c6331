import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'end_leases',
  `UPDATE records
      SET status = 'waiting', leased_until = NULL
    WHERE id IN (
      SELECT id
        FROM records
       WHERE status = 'leased' AND leased_until <= clock_timestamp()
       ORDER BY leased_until
       LIMIT $1
         FOR UPDATE SKIP LOCKED
    )`,
);

/**
 * Puts up to `limit` records whose lease has run out back into the backlog, whatever their campaign; answers how many. One
 * that a result is being applied to at this moment is left alone.
 */
export function endLeases(on: Queryable, limit: number): Promise<number> {
  return statement.count(on, [limit]);
}
