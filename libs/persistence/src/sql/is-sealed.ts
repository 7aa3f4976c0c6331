import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement<{ id: string }>(
  'is_sealed',
  `SELECT id FROM uploads WHERE id = $1 AND state <> 'receiving'`,
);

/** Whether an upload was sealed: for one whose seal was sent, and whose answer was lost. */
export async function isSealed(on: Queryable, uploadId: string): Promise<boolean> {
  return (await statement.row(on, [uploadId])) !== undefined;
}
