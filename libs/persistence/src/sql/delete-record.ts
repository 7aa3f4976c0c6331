import type { Transaction } from '../database.ts';
import type { EndedRecord } from './free-room.ts';
import { Statement } from './statement.ts';

const statement = new Statement<EndedRecord>(
  'delete_record',
  `UPDATE records
      SET status = 'deleted', leased_until = NULL, ended_at = clock_timestamp()
    WHERE vdn_id = $1 AND id = $2
      AND (status = 'waiting' OR leased_until <= clock_timestamp())
   RETURNING vdn_id AS "vdnId", campaign_id AS "campaignId", status`,
);

/**
 * Takes a waiting record out of the backlog; undefined where there is none such, or it is not waiting. Its room is freed by
 * the same transaction. Of two at once the second finds it deleted; a lease at the same moment passes over it, or wins.
 */
export function deleteRecord(
  tx: Transaction,
  vdnId: number,
  id: bigint,
): Promise<EndedRecord | undefined> {
  return statement.row(tx, [vdnId, id]);
}
