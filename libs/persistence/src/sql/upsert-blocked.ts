import type { Transaction } from '../database.ts';
import { blockSql } from './block-sql.ts';
import type { Blocked } from './block-sql.ts';
import { arrayLiteral } from './insert-batch.ts';
import { Statement } from './statement.ts';

/** A number, and when it expires: RFC 3339, or null for never. */
export interface NumberToBlock {
  readonly number: string;
  readonly expiresAt: string | null;
}

const statement = new Statement<Blocked & Record<string, unknown>>(
  'upsert_blocked',
  blockSql(
    '$1::int',
    'unnest($2::text[], $3::timestamptz[]) WITH ORDINALITY AS n(number, expires_at, ordinality)',
    'n.ordinality DESC',
  ),
);

/** Blocks numbers, digits, `*` and `#` only, in a VDN whose blocklist is locked: all or none. */
export async function upsertBlocked(
  tx: Transaction,
  vdnId: number,
  numbers: readonly NumberToBlock[],
): Promise<Blocked> {
  const row = await statement.row(tx, [vdnId, ...numberValues(numbers)]);
  if (row === undefined) throw new Error('a count returned no row');
  return row;
}

/** Numbers and times of expiry as two arrays. */
export const numberValues = (numbers: readonly NumberToBlock[]): [string, string] => [
  arrayLiteral(numbers.map(({ number }) => number)),
  arrayLiteral(numbers.map(({ expiresAt }) => expiresAt)),
];
