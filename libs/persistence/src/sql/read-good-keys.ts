import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

/** A connection that hangs is given up after so many ms. */
const TIMEOUT_MS = 5_000;

/** The condition of a row of `api_keys` that is neither revoked nor expired, by the database's clock. */
export const GOOD_KEY_SQL = `revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`;

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
