import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';
import type { NumberToBlock } from './upsert-blocked.ts';
import { numberValues } from './upsert-blocked.ts';

const statement = new Statement(
  'insert_import_part',
  `INSERT INTO blocklist_import_parts (import_id, number, numbers, expires_at)
   VALUES ($1, $2, $3::text[], $4::timestamptz[])`,
);

/**
 * Stages numbers of an import, digits, `*` and `#` only; `part` counts from 1. Fails on the foreign key when the import was
 * removed meanwhile, because its receiver was thought dead.
 */
export async function insertImportPart(
  on: Queryable,
  importId: string,
  part: number,
  numbers: readonly NumberToBlock[],
): Promise<void> {
  await statement.count(on, [importId, part, ...numberValues(numbers)]);
}
