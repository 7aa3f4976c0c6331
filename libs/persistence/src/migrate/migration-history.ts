import type pg from 'pg';
import { MigrationHistoryError } from './migration-errors.ts';
import type { Migration } from './migration-files.ts';

/** A pool, or a connection of any kind. */
export type AnyConnection = Pick<pg.ClientBase, 'query'>;

/** A row of `_prisma_migrations` that counts: one that was not rolled back. */
export interface RecordedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** Letter for letter as Prisma's schema engine creates it, so that Prisma's own command line agrees. */
const CREATE_HISTORY = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`;

/** Creates the table of the history where there is none; the migrations' lock must be held. */
export async function createHistory(database: AnyConnection): Promise<void> {
  if (!(await historyExists(database))) await database.query(CREATE_HISTORY);
}

/** What the database says was applied to it, oldest first; nothing where no migration ever was. */
export async function readHistory(database: AnyConnection): Promise<RecordedMigration[]> {
  if (!(await historyExists(database))) return [];
  const { rows } = await database.query<RecordedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations
      WHERE rolled_back_at IS NULL
      ORDER BY started_at`,
  );
  return rows;
}

async function historyExists(database: AnyConnection): Promise<boolean> {
  const { rows } = await database.query<{ found: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`,
  );
  return rows[0]?.found === true;
}

/**
 * The migrations that are still to be applied, in order.
 *
 * @throws MigrationHistoryError when the recorded ones do not fit: one that this code does not know (the database is
 *   newer), one whose file was changed afterwards, or one that another tool began and did not finish.
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  history: readonly RecordedMigration[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const recorded of history) {
    const migration = known.get(recorded.name);
    if (!migration) {
      throw new MigrationHistoryError(
        `The database has the migration ${recorded.name}, which this version does not know: the database is newer. Run the version that it was migrated for, or a later one.`,
      );
    }
    if (!recorded.finished) {
      throw new MigrationHistoryError(
        `The migration ${recorded.name} was begun by Prisma's command line and did not finish. Put the database right, then record that: npx prisma migrate resolve`,
      );
    }
    if (recorded.checksum !== migration.checksum) {
      throw new MigrationHistoryError(
        `The migration ${recorded.name} was changed after it was applied. Restore its file, and put the change into a new migration.`,
      );
    }
  }
  const applied = new Set(history.map((recorded) => recorded.name));
  return migrations.filter((migration) => !applied.has(migration.name));
}
