import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'discard_upload',
  `DELETE FROM uploads WHERE id = $1 AND state = 'receiving'`,
);

/**
 * Removes an upload that was not sealed, and all that was staged of it. False: there is none such; it was sealed, or removed
 * before.
 */
export async function discardUpload(on: Queryable, uploadId: string): Promise<boolean> {
  return (await statement.count(on, [uploadId])) === 1;
}
