import type { Queryable } from '../database.ts';
import { GOOD_KEY_SQL } from './good-key-sql.ts';
import { Statement } from './statement.ts';

/** A connection that hangs is given up after so many ms. */
const TIMEOUT_MS = 5_000;

const statement = new Statement<{ accessKey: string }>(
  'read_good_keys',
  `SELECT access_key AS "accessKey"
     FROM api_keys
    WHERE access_key = ANY ($1::text[])
      AND ${GOOD_KEY_SQL}`,
  { timeoutMs: TIMEOUT_MS },
);

/** Those of these access keys that are neither revoked nor expired. */
export async function readGoodKeys(
  on: Queryable,
  accessKeys: readonly string[],
): Promise<string[]> {
  return (await statement.rows(on, [accessKeys])).map(({ accessKey }) => accessKey);
}
