import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

/** The records of a batch as they are kept until they are admitted; the arrays are by place, from 0. */
export interface StagedBatch {
  /** From 1, in the order received. */
  readonly number: number;
  readonly size: number;
  /** The records as they were sent, in UTF-8, joined by line feeds; none contains one. */
  readonly payload: Buffer;
  readonly lines: readonly number[];
  readonly priorities: readonly number[];
  /** RFC 3339 UTC, or null. */
  readonly recycleAt: readonly (string | null)[];
  /** All numbers of all records, those of a record together; digits, `*` and `#` only. */
  readonly numbers: readonly string[];
  readonly numberPlaces: readonly number[];
}

const statement = new Statement<{ id: bigint }>(
  'insert_batch',
  `INSERT INTO batches (upload_id, number, first_line, size, payload, lines, priorities, recycle_at, numbers, number_places)
   VALUES ($1, $2, $3, $4, $5, $6::int[], $7::smallint[], $8::timestamptz[], $9::text[], $10::smallint[])
   RETURNING id`,
);

/** What follows the upload's ID in an insert of a batch, in the order of its columns. */
export function batchValues(batch: StagedBatch): unknown[] {
  return [
    batch.number,
    batch.lines[0],
    batch.size,
    batch.payload,
    arrayLiteral(batch.lines),
    arrayLiteral(batch.priorities),
    arrayLiteral(batch.recycleAt),
    arrayLiteral(batch.numbers),
    arrayLiteral(batch.numberPlaces),
  ];
}

/**
 * Stages a batch and answers with its ID, the block of its data IDs. Fails on the foreign key when the upload was
 * removed meanwhile, because its receiver was thought dead.
 */
export async function insertBatch(
  on: Queryable,
  uploadId: string,
  batch: StagedBatch,
): Promise<bigint> {
  const row = await statement.row(on, [uploadId, ...batchValues(batch)]);
  if (row === undefined) throw new Error('an insert returned no row');
  return row.id;
}

/**
 * Postgres's text form of an array whose elements need no quoting: numbers, times, digits. node-postgres would quote and
 * escape each element, which costs more than everything else here.
 */
export function arrayLiteral(elements: readonly (string | number | null)[]): string {
  let literal = '{';
  for (let i = 0; i < elements.length; i++) {
    if (i > 0) literal += ',';
    literal += String(elements[i] ?? 'NULL');
  }
  return literal + '}';
}
