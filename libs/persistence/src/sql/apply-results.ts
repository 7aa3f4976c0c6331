import type { Result } from '#domain';
import type { RecordStatus } from '#wire';
import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

export interface AppliedResult {
  readonly id: bigint;
  readonly status: Extract<RecordStatus, 'waiting' | 'completed' | 'failed'>;
  readonly lastResult: Result;
}

const statement = new Statement(
  'apply_results',
  `UPDATE records r
      SET status = a.status,
          last_result = a.last_result,
          leased_until = NULL,
          ended_at = CASE WHEN a.status <> 'waiting' THEN clock_timestamp() END
     FROM unnest($1::bigint[], $2::record_status[], $3::record_result[]) AS a(id, status, last_result)
    WHERE r.id = a.id`,
);

/** Puts down what became of records whose locks are held. The room of the ended ones is freed by the same transaction. */
export async function applyResults(
  tx: Transaction,
  results: readonly AppliedResult[],
): Promise<void> {
  await statement.count(tx, [
    results.map(({ id }) => id),
    results.map(({ status }) => status),
    results.map(({ lastResult }) => lastResult),
  ]);
}
