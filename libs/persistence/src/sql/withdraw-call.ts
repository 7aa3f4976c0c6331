import type { Fault } from '#errors';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement<{ fault: Fault | null }>(
  'withdraw_call',
  `DELETE FROM uploads WHERE id = $1 AND mode = 'sync' AND state = 'receiving' RETURNING fault`,
);

export type Withdrawal =
  /** No worker had decided it, and none will. */
  | { readonly kind: 'withdrawn' }
  /** It was refused before, which also left nothing behind. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  /** It was admitted before, or withdrawn before: the verdict says which. */
  | { readonly kind: 'too_late' };

/**
 * Takes back a synchronous call, unless it was admitted. A worker that is deciding it at this moment holds its lock: the
 * removal waits, and then finds the decision.
 */
export async function withdrawCall(on: Queryable, callId: string): Promise<Withdrawal> {
  const row = await statement.row(on, [callId]);
  if (row === undefined) return { kind: 'too_late' };
  return row.fault === null ? { kind: 'withdrawn' } : { kind: 'refused', fault: row.fault };
}
