import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

// The moment as a value of its own, read once: a volatile function is no bound of an index, and a sweep that finds nothing
// to do would pass by all leases that run. An array, whose length the planner does not try to guess: it never comes to reading the table instead of its primary key.
const statement = new Statement(
  'end_leases',
  `UPDATE records
      SET status = 'waiting', leased_until = NULL
    WHERE id = ANY (ARRAY(
      SELECT id
        FROM records
       WHERE status = 'leased' AND leased_until <= (SELECT clock_timestamp())
       ORDER BY leased_until
       LIMIT $1
         FOR UPDATE SKIP LOCKED
    ))`,
);

/**
 * Puts up to `limit` records whose lease has run out back into the backlog, whatever their campaign; answers how many. One
 * that a result is being applied to at this moment is left alone.
 */
export function endLeases(on: Queryable, limit: number): Promise<number> {
  return statement.count(on, [limit]);
}
