import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

// The moment as a value of its own: see end_leases. What is not due is then not looked at.
const statement = new Statement(
  'hide_receipts',
  `UPDATE uploads
      SET receipts_removed_at = clock_timestamp()
    WHERE id = ANY (ARRAY(
      SELECT id
        FROM uploads
       WHERE finished_at < (SELECT clock_timestamp() - $1 * interval '1 day') AND receipts_removed_at IS NULL
       ORDER BY finished_at
       LIMIT $2
         FOR UPDATE SKIP LOCKED
    ))`,
);

/**
 * Marks the receipts of up to `limit` uploads that ended `days` ago as removed; answers of how many. From this moment on they
 * are given to nobody, so that they may go in any number of steps (`remove_receipts`) and nobody reads half of them.
 */
export function hideReceipts(on: Queryable, days: number, limit: number): Promise<number> {
  return statement.count(on, [days, limit]);
}
