import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'extend_receiving',
  `UPDATE uploads
      SET receiving_until = clock_timestamp() + $2 * interval '1 second'
    WHERE id = $1 AND state = 'receiving'`,
);

/** A sign of life of an upload's receiver. False: the upload was removed, its receiver thought dead. */
export async function extendReceiving(
  on: Queryable,
  uploadId: string,
  seconds: number,
): Promise<boolean> {
  return (await statement.count(on, [uploadId, seconds])) === 1;
}
