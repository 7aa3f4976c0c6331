import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'sweep_imports',
  `DELETE FROM blocklist_imports
    WHERE id IN (
      SELECT id
        FROM blocklist_imports
       WHERE pg_try_advisory_xact_lock_shared(receiver)
       ORDER BY created_at
       LIMIT $1
         FOR UPDATE SKIP LOCKED
    )`,
);

/** Removes up to `limit` imports whose receiver is dead, with all that was staged of them; answers how many. */
export function sweepImports(on: Queryable, limit: number): Promise<number> {
  return statement.count(on, [limit]);
}
