import type { Role } from '../generated/prisma/enums.ts';

/** A key that is neither revoked nor expired: whose it is, and what it may do. */
export interface GoodKey {
  readonly accessKey: string;
  readonly vdnId: number;
  readonly roles: readonly Role[];
}

/** The condition of a row of `api_keys` that is neither revoked nor expired, by the database's clock. */
export const GOOD_KEY_SQL = `revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`;

/** The columns of a GoodKey. */
export const GOOD_KEY_COLUMNS_SQL = `access_key AS "accessKey", vdn_id AS "vdnId", roles::text[] AS roles`;
