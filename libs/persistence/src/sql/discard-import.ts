import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement('discard_import', `DELETE FROM blocklist_imports WHERE id = $1`);

/** Removes what was staged of an import. False: it is not there; it was merged, or removed before. */
export async function discardImport(on: Queryable, importId: string): Promise<boolean> {
  return (await statement.count(on, [importId])) === 1;
}
