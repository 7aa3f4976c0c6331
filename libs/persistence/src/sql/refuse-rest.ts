import type { Fault } from '#errors';
import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

// The undecided records stay in their batches: their receipts are made from there, with this fault.
const statement = new Statement(
  'refuse_rest',
  `UPDATE uploads
      SET state = 'completed_with_errors',
          error = $2::jsonb,
          refused = received - accepted - invalid - duplicate - blocklisted - dropped,
          started_at = coalesce(started_at, clock_timestamp()),
          finished_at = clock_timestamp()
    WHERE id = $1`,
);

/** Ends an upload whose lock is held: whatever is undecided is refused with this fault. */
export async function refuseRest(tx: Transaction, uploadId: string, fault: Fault): Promise<void> {
  await statement.count(tx, [uploadId, JSON.stringify(fault)]);
}
