import type { Transaction } from '../database.ts';
import { blockSql } from './block-sql.ts';
import type { Blocked } from './block-sql.ts';
import { Statement } from './statement.ts';

/** A million numbers take seconds, and more on a server that is busy. */
const TIMEOUT_MS = 120_000;

const statement = new Statement<Blocked & Record<string, unknown>>(
  'merge_import',
  blockSql(
    'i.vdn_id',
    `blocklist_imports i
      JOIN blocklist_import_parts p ON p.import_id = i.id
     CROSS JOIN LATERAL unnest(p.numbers, p.expires_at) WITH ORDINALITY AS n(number, expires_at, ordinality)
     WHERE i.id = $1`,
    'p.number DESC, n.ordinality DESC',
  ),
  { timeoutMs: TIMEOUT_MS },
);

/**
 * Blocks all numbers of an import in its VDN, whose blocklist is locked. Whoever calls it removes the import in the same
 * transaction: that tells whether it was still there.
 */
export async function mergeImport(tx: Transaction, importId: string): Promise<Blocked> {
  const row = await statement.row(tx, [importId]);
  if (row === undefined) throw new Error('a count returned no row');
  return row;
}
