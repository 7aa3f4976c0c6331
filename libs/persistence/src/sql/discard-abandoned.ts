import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'discard_abandoned',
  `DELETE FROM uploads
    WHERE id IN (
      SELECT id
        FROM uploads
       WHERE state = 'receiving'
         AND (receiving_until < clock_timestamp() OR pg_try_advisory_xact_lock_shared(receiver))
       ORDER BY receiving_until
       LIMIT $1
         FOR UPDATE SKIP LOCKED
    )`,
);

/**
 * Removes up to `limit` uploads whose receiver is dead or has fallen silent, and synchronous calls that nobody waits for any
 * more, with all that was staged of them; answers how many. One that is sealed or decided at this moment is left alone.
 */
export function discardAbandoned(on: Queryable, limit: number): Promise<number> {
  return statement.count(on, [limit]);
}
