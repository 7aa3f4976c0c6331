import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface NewImport {
  readonly id: string;
  readonly vdnId: number;
  /** The number whose advisory lock the receiving process holds. */
  readonly receiver: bigint;
}

const statement = new Statement(
  'insert_import',
  `INSERT INTO blocklist_imports (id, vdn_id, receiver) VALUES ($1, $2, $3)`,
);

/** Begins an import into the blocklist. It has no effect before it is merged, and is removed when its receiver dies. */
export async function insertImport(
  on: Queryable,
  { id, vdnId, receiver }: NewImport,
): Promise<void> {
  await statement.count(on, [id, vdnId, receiver]);
}
