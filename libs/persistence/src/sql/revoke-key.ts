import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'revoke_key',
  `UPDATE api_keys SET revoked_at = coalesce(revoked_at, clock_timestamp())
    WHERE vdn_id = $1 AND access_key = $2`,
);

/** Revokes a key by the database's clock; the first time holds. False: the VDN has no such key. */
export async function revokeKey(on: Queryable, vdnId: number, accessKey: string): Promise<boolean> {
  return (await statement.count(on, [vdnId, accessKey])) === 1;
}
