import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

// The undecided records stay in their batches: their receipts are made from there, with this code.
const statement = new Statement(
  'refuse_rest',
  `UPDATE uploads
      SET state = 'completed_with_errors',
          error_code = $2,
          refused = received - accepted - invalid - duplicate - blocklisted - dropped,
          started_at = coalesce(started_at, clock_timestamp()),
          finished_at = clock_timestamp()
    WHERE id = $1`,
);

/** Ends an upload whose lock is held: whatever is undecided is refused with this code. */
export async function refuseRest(tx: Transaction, uploadId: string, code: string): Promise<void> {
  await statement.count(tx, [uploadId, code]);
}
