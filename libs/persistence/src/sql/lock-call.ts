import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

export interface LockedCall {
  readonly vdnId: number;
  readonly campaignId: bigint;
  /** How long its caller still waits, by the database's clock. */
  readonly msLeft: number;
}

const statement = new Statement<LockedCall>(
  'lock_call',
  `SELECT vdn_id AS "vdnId", campaign_id AS "campaignId",
          (extract(epoch FROM receiving_until - clock_timestamp()) * 1000)::float8 AS "msLeft"
     FROM uploads
    WHERE id = $1
      AND mode = 'sync' AND state = 'receiving' AND fault IS NULL
      AND receiving_until > clock_timestamp()
      FOR UPDATE`,
);

/**
 * Locks a synchronous call that still waits for its verdict; none when it was decided or withdrawn, or its time is over.
 * A withdrawal at the same moment waits for the lock and then finds the decision.
 */
export function lockCall(tx: Transaction, uploadId: string): Promise<LockedCall | undefined> {
  return statement.row(tx, [uploadId]);
}
