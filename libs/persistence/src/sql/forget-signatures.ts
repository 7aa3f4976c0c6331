import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

// The moment as a value of its own: see end_leases.
const statement = new Statement(
  'forget_signatures',
  `DELETE FROM used_signatures
    WHERE digest IN (
      SELECT digest FROM used_signatures WHERE expires_at < (SELECT clock_timestamp()) LIMIT $1
         FOR UPDATE SKIP LOCKED
    )`,
);

/** Forgets up to `limit` signatures that are too old to be used; answers how many. */
export function forgetSignatures(on: Queryable, limit: number): Promise<number> {
  return statement.count(on, [limit]);
}
