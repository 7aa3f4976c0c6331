import { SchemaOutdatedError } from './migration-errors.ts';
import { readMigrations } from './migration-files.ts';
import { pendingMigrations, readHistory } from './migration-history.ts';
import type { AnyConnection } from './migration-history.ts';

/**
 * Makes sure, at the start of a service, that the database has exactly the migrations of this version of the code.
 * Reads only, and waits for no lock.
 *
 * @throws SchemaOutdatedError when some are missing: says which, and what to run.
 * @throws MigrationHistoryError when the database is newer than the code, or an applied migration was changed.
 */
export async function assertSchemaIsCurrent(
  database: AnyConnection,
  { directory }: { readonly directory?: string } = {},
): Promise<void> {
  const missing = pendingMigrations(await readMigrations(directory), await readHistory(database));
  if (missing.length > 0) throw new SchemaOutdatedError(missing);
}
