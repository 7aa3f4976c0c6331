import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface BlockedNumber {
  readonly number: string;
  /** RFC 3339; null: for ever. */
  readonly expiresAt: string | null;
}

const statement = new Statement<{ added: boolean }>(
  'upsert_blocked',
  `INSERT INTO blocklist AS l (vdn_id, number, expires_at)
   SELECT DISTINCT ON (n.number) $1::int, n.number, n.expires_at
     FROM unnest($2::text[], $3::timestamptz[]) WITH ORDINALITY AS n(number, expires_at, ordinality)
    ORDER BY n.number, n.ordinality DESC
       ON CONFLICT (vdn_id, number) DO UPDATE SET expires_at = excluded.expires_at
   RETURNING (xmax = 0) AS added`,
);

/**
 * Blocks numbers in a VDN, or changes when they expire; of a number given twice the last counts. In the numbers' order, so
 * that two at once cannot wait for each other.
 */
export async function upsertBlocked(
  on: Queryable,
  vdnId: number,
  numbers: readonly BlockedNumber[],
): Promise<{ added: number; updated: number }> {
  const rows = await statement.rows(on, [
    vdnId,
    numbers.map((n) => n.number),
    numbers.map((n) => n.expiresAt),
  ]);
  const added = rows.filter((row) => row.added).length;
  return { added, updated: rows.length - added };
}
