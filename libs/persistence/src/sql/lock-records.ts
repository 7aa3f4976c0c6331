import type { Result } from '#domain';
import type { RecordStatus } from '#wire';
import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

export interface LockedRecord {
  readonly id: bigint;
  readonly campaignId: bigint;
  /** `waiting` also for one whose lease has run out. */
  readonly status: RecordStatus;
  readonly lastResult: Result | null;
}

const statement = new Statement<LockedRecord>(
  'lock_records',
  `SELECT id,
          campaign_id AS "campaignId",
          CASE WHEN leased_until <= clock_timestamp() THEN 'waiting' ELSE status END AS status,
          last_result AS "lastResult"
     FROM records
    WHERE vdn_id = $1 AND id = ANY ($2::bigint[])
    ORDER BY id
      FOR UPDATE`,
);

/**
 * Locks those of these records that are there and belong to the VDN. In the order of their IDs, so that two at once cannot
 * wait for each other; whoever frees room takes the campaigns' locks after the records'.
 */
export function lockRecords(
  tx: Transaction,
  vdnId: number,
  ids: readonly bigint[],
): Promise<LockedRecord[]> {
  return statement.rows(tx, [vdnId, ids]);
}
