import type { Transaction } from '../database.ts';
import { ANSWER_MS } from '../no-answer.ts';
import { Statement } from './statement.ts';

/** The first half of the lock's number; the second is the VDN. */
const CLASS = 1_651_273_571;

/** How long, in ms, one waits for those before it: an import of a million numbers takes seconds, several of them may wait. */
const PATIENCE_MS = 600_000;

// The time-out of this transaction's waits is set first; what reads the CTE comes after it.
const statement = new Statement(
  'lock_blocklist',
  `WITH patience AS MATERIALIZED (
     SELECT set_config('lock_timeout', $3, true)
   )
   SELECT pg_advisory_xact_lock($1, $2) FROM patience`,
  { timeoutMs: PATIENCE_MS + ANSWER_MS },
);

/**
 * Whoever changes the blocklist of a VDN stands in line here, until the end of the transaction: so two imports cannot wait
 * for each other's numbers in a circle, and none fails because the one before it takes long. Who reads it never waits.
 */
export async function lockBlocklist(tx: Transaction, vdnId: number): Promise<void> {
  await statement.count(tx, [CLASS, vdnId, `${PATIENCE_MS}ms`]);
}
