import type { Fault } from '#errors';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

interface Row {
  readonly state: string;
  readonly fault: Fault | null;
  readonly incompleteAfter: number | null;
}

/** What a worker decided about a synchronous call, or that none has yet, or that the call is gone. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly incomplete: number }
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'gone' };

const statement = new Statement<Row>(
  'read_verdict',
  `SELECT state, fault, incomplete_after AS "incompleteAfter" FROM uploads WHERE id = $1`,
);

export async function readVerdict(on: Queryable, callId: string): Promise<Verdict> {
  const row = await statement.row(on, [callId]);
  if (row === undefined) return { kind: 'gone' };
  if (row.fault !== null) return { kind: 'refused', fault: row.fault };
  if (row.state === 'receiving') return { kind: 'undecided' };
  return { kind: 'admitted', incomplete: row.incompleteAfter ?? 0 };
}
