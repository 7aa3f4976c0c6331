import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface BlockedNumberRow {
  readonly number: string;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
}

// The column's collation is "C" and its characters are `#`, `*` and digits, all below `:`. So what begins with a prefix is
// one range of the primary key; LIKE would not be, as a prepared statement does not know the prefix when it is planned.
const statement = new Statement<BlockedNumberRow & Record<string, unknown>>(
  'list_blocked',
  `SELECT number, expires_at AS "expiresAt", created_at AS "createdAt"
     FROM blocklist
    WHERE vdn_id = $1
      AND number >= $2 AND number < $2 || ':'
      AND number > $3
      AND (expires_at IS NULL OR expires_at > clock_timestamp())
    ORDER BY number
    LIMIT $4`,
);

/**
 * Up to `limit` numbers that are blocked right now in a VDN and begin with `prefix`, in order, after the number `after`.
 *
 * @param prefix digits, `*` and `#`; empty for all
 * @param after empty: from the first on
 */
export function listBlocked(
  on: Queryable,
  vdnId: number,
  prefix: string,
  limit: number,
  after: string,
): Promise<BlockedNumberRow[]> {
  return statement.rows(on, [vdnId, prefix, after, limit]);
}
