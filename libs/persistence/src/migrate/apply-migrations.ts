import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { MigrationFailedError, UnsupportedServerError } from './migration-errors.ts';
import { readMigrations } from './migration-files.ts';
import type { Migration } from './migration-files.ts';
import { createHistory, pendingMigrations, readHistory } from './migration-history.ts';

export interface MigrateOptions {
  /** Told each step, one line of English. */
  readonly log: (line: string) => void;
  /** Where the migrations are; by default prisma/migrations of this package. */
  readonly directory?: string;
}

/** The key of Prisma's own lock: its command line and this function exclude each other. */
const MIGRATION_LOCK = 72707369;

/** 14 is the oldest version that is supported and tested. */
const OLDEST_SERVER = 14;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Applies the migrations that the database lacks, in order, each in one transaction together with its record in
 * `_prisma_migrations`. Safe when several run at once: one works, the others wait and then find nothing to do.
 *
 * @param database A URL, or a connection of its own (no pool, and in no transaction): the lock belongs to the session.
 * @returns The names of the migrations applied by this call.
 * @throws MigrationFailedError when Postgres refuses one: it leaves nothing, those before it stay.
 * @throws MigrationHistoryError, UnsupportedServerError before anything is applied.
 */
export async function applyMigrations(
  database: string | pg.ClientBase,
  options: MigrateOptions,
): Promise<string[]> {
  if (typeof database !== 'string')
    return withLock(database, options, () => apply(database, options));
  const client = await connect(database);
  try {
    // A role's timeout is made for the service's statements; a migration, or the wait for another one, may take longer.
    await client.query('SET statement_timeout = 0');
    return await withLock(client, options, () => apply(client, options));
  } finally {
    await client.end();
  }
}

/** How pg reports a server that accepts the connection and then says nothing, or hangs up: without a code. */
const SILENCES = new Set(['timeout expired', 'Connection terminated unexpectedly']);

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'dialgate migrate',
  });
  // A connection lost between two statements is reported by the next one; unheard, it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    if (!(error instanceof Error && SILENCES.has(error.message))) throw error;
    const unreachable = new Error('The database does not answer.', { cause: error });
    throw Object.assign(unreachable, { code: 'ETIMEDOUT' });
  }
  return client;
}

async function apply(client: pg.ClientBase, options: MigrateOptions): Promise<string[]> {
  await assertServerIsSupported(client);
  const migrations = await readMigrations(options.directory);
  const pending = pendingMigrations(migrations, await readHistory(client));
  if (pending.length > 0) await createHistory(client);
  for (const migration of pending) {
    await applyOne(client, migration);
    options.log(`Applied the migration ${migration.name}.`);
  }
  if (pending.length === 0) options.log('The schema is current: no migration to apply.');
  return pending.map((migration) => migration.name);
}

async function applyOne(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    // The record is begun first, and with the clock's time, as Prisma does it: now() would be the same at both ends.
    const id = randomUUID();
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [id, migration.checksum, migration.name],
    );
    await client.query(migration.sql);
    await client.query(
      'UPDATE _prisma_migrations SET finished_at = clock_timestamp() WHERE id = $1',
      [id],
    );
    await client.query('COMMIT');
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('ROLLBACK').catch(() => undefined); // Ended by the server, it is rolled back already.
    throw new MigrationFailedError(migration, error);
  }
}

async function assertServerIsSupported(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: number; encoding: string }>(
    `SELECT current_setting('server_version_num')::int AS version,
            current_setting('server_encoding') AS encoding`,
  );
  const [server] = rows;
  if (!server) return;
  const major = Math.floor(server.version / 10_000);
  if (major < OLDEST_SERVER) {
    throw new UnsupportedServerError(
      `PostgreSQL ${OLDEST_SERVER} or newer is needed, this is ${major}.`,
    );
  }
  if (server.encoding !== 'UTF8') {
    throw new UnsupportedServerError(
      `The database's encoding must be UTF8, it is ${server.encoding}: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`,
    );
  }
}

async function withLock<T>(
  client: pg.ClientBase,
  { log }: MigrateOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await client.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_lock($1) AS taken',
    [MIGRATION_LOCK],
  );
  if (rows[0]?.taken !== true) {
    log('Waiting for another migration of this database to end.');
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  }
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await unlock(client).catch(() => undefined); // With a lost connection the lock is gone; the reason is `error`.
    throw error;
  }
  await unlock(client);
  return result;
}

async function unlock(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
}
