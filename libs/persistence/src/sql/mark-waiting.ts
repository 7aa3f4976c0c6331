import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'mark_waiting',
  `UPDATE uploads
      SET state = 'waiting_capacity', started_at = coalesce(started_at, clock_timestamp())
    WHERE id = $1 AND state <> 'waiting_capacity'`,
);

/** Says of an upload whose lock is held that its next record finds no room under the cap. */
export async function markWaiting(tx: Transaction, uploadId: string): Promise<void> {
  await statement.count(tx, [uploadId]);
}
