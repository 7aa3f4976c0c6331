import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface KnownKey {
  readonly uploadId: string;
  /** Null while the first request's body is still being read. */
  readonly requestDigest: Buffer | null;
  /** Null until it was kept, shortly before it was given; its process may have died or failed before. */
  readonly answer: object | null;
  /** Whether the upload exists for everyone, which spends the key. */
  readonly spent: boolean;
  /**
   * Whether the first request is still being served: its process lives, and its time is not over. A live process may have
   * answered long ago without being able to say so here, as when the database was away.
   */
  readonly served: boolean;
}

// A shared lock is refused while the process holds its own, and is given back at the end of the statement.
const statement = new Statement<KnownKey>(
  'read_key',
  `SELECT k.upload_id AS "uploadId",
          k.request_digest AS "requestDigest",
          k.answer,
          u.state <> 'receiving' AS spent,
          coalesce(u.receiving_until > clock_timestamp(), false)
            AND NOT pg_try_advisory_xact_lock_shared(u.receiver) AS served
     FROM idempotency_keys k
     JOIN uploads u ON u.id = k.upload_id
    WHERE k.vdn_id = $1 AND k.key = $2`,
);

/** What is known of a VDN's Idempotency-Key; undefined: it is free. */
export function readKey(on: Queryable, vdnId: number, key: string): Promise<KnownKey | undefined> {
  return statement.row(on, [vdnId, key]);
}
