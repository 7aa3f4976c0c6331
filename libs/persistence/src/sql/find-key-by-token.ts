import type { Queryable } from '../database.ts';
import type { GoodKey } from './good-key-sql.ts';
import { GOOD_KEY_COLUMNS_SQL, GOOD_KEY_SQL } from './good-key-sql.ts';
import { Statement } from './statement.ts';

const statement = new Statement<GoodKey>(
  'find_key_by_token',
  `SELECT ${GOOD_KEY_COLUMNS_SQL}
     FROM api_keys
    WHERE token_digest = $1
      AND ${GOOD_KEY_SQL}`,
);

/**
 * The key that a token belongs to; undefined when there is none that is good. Asked at every request, so that a revocation
 * holds at once.
 *
 * @param tokenDigest SHA-256 of the token
 */
export function findKeyByToken(on: Queryable, tokenDigest: Buffer): Promise<GoodKey | undefined> {
  return statement.row(on, [tokenDigest]);
}
