import type { Queryable } from '../database.ts';
import type { GoodKey } from './good-key-sql.ts';
import { GOOD_KEY_COLUMNS_SQL, GOOD_KEY_SQL } from './good-key-sql.ts';
import { Statement } from './statement.ts';

/** A good key with its secret, encrypted under the service's master key. */
export interface SealedKey extends GoodKey {
  readonly sealedSecret: Buffer;
}

const statement = new Statement<SealedKey>(
  'find_key_by_access_key',
  `SELECT ${GOOD_KEY_COLUMNS_SQL}, sealed_secret AS "sealedSecret"
     FROM api_keys
    WHERE access_key = $1
      AND ${GOOD_KEY_SQL}`,
);

/** The key to check a signature with; undefined when there is none that is good. Asked at every signed request. */
export function findKeyByAccessKey(
  on: Queryable,
  accessKey: string,
): Promise<SealedKey | undefined> {
  return statement.row(on, [accessKey]);
}
