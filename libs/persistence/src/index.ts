export { Database } from './database.ts';
export { allOrNothing, isDatabaseError, isHeld, NothingKeptError } from './database-error.ts';
export type { DatabaseOptions, Queryable, Transaction } from './database.ts';
export { isHeardOf } from './heard-of.ts';
export { answeredWithin } from './no-answer.ts';
export { Presence } from './presence.ts';
export type { PresenceOptions } from './presence.ts';
export * from './sql/index.ts';
export * from './stores/api-keys.ts';
export * from './stores/campaigns.ts';
export * from './stores/uploads.ts';
export { applyMigrations } from './migrate/apply-migrations.ts';
export type { MigrateOptions } from './migrate/apply-migrations.ts';
export { assertSchemaIsCurrent } from './migrate/assert-schema-is-current.ts';
export {
  MigrationFailedError,
  MigrationHistoryError,
  SchemaOutdatedError,
  UnsupportedServerError,
} from './migrate/migration-errors.ts';
