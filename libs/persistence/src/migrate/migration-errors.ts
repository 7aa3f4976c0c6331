import type { DatabaseError } from 'pg';
import type { Migration } from './migration-files.ts';

/** The server cannot hold the schema: too old, or not in UTF-8. */
export class UnsupportedServerError extends Error {
  override readonly name = 'UnsupportedServerError';
}

/** The migrations recorded in the database do not fit those of this version of the code. */
export class MigrationHistoryError extends Error {
  override readonly name = 'MigrationHistoryError';
}

/** The database lacks migrations that this version of the code needs. */
export class SchemaOutdatedError extends Error {
  override readonly name = 'SchemaOutdatedError';

  constructor(missing: readonly Migration[]) {
    const names = missing.map((migration) => migration.name).join(', ');
    super(`The database's schema is not current, it lacks: ${names}. Run: npm run migrate`);
  }
}

/**
 * Postgres refused a migration; nothing of it was kept.
 *
 * Carries Postgres's message, its SQLSTATE and the line of migration.sql, but not the driver's error as its cause: that
 * one's `detail` can hold a whole row, and rows hold phone numbers.
 */
export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError';
  readonly migration: string;
  readonly sqlState: string | undefined;

  constructor(migration: Migration, error: DatabaseError) {
    const line = lineAt(migration.sql, error.position);
    const place = line === undefined ? '' : `, line ${line}`;
    super(
      `The migration ${migration.name} failed${place}: ${error.message}. Nothing of it was kept.`,
    );
    this.migration = migration.name;
    this.sqlState = error.code;
  }
}

/** The line (from 1) of a position that Postgres gives in characters, from 1. */
function lineAt(sql: string, position: string | undefined): number | undefined {
  if (position === undefined) return undefined;
  const before = Array.from(sql).slice(0, Number(position) - 1);
  return before.filter((character) => character === '\n').length + 1;
}
