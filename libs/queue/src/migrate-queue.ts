import {
  assertSchemaCompatibility,
  DEFAULT_SCHEMA,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import pg from 'pg';

/** The database lacks BullMQ's tables, or has those of an older BullMQ. */
export class QueueSchemaOutdatedError extends Error {
  override readonly name = 'QueueSchemaOutdatedError';

  constructor(version: number) {
    super(
      `The queue's schema is not current (version ${version}, needed ${LATEST_SCHEMA_VERSION}). Run: npm run migrate`,
    );
  }
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Brings the tables of BullMQ's Postgres backend (the schema `bullmq`) to the version of the BullMQ installed, in one
 * transaction. Safe when several run at once: BullMQ takes a lock of its own. Its connection is closed at the end.
 *
 * @throws BullMQ's SchemaVersionMismatchError when the database was migrated by a newer major version.
 */
export async function migrateQueue(
  databaseUrl: string,
  { log }: { readonly log: (line: string) => void },
): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'dialgate migrate',
  });
  // A connection lost between two statements is reported by the next one; unheard, it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SET statement_timeout = 0');
    const before = await schemaVersion(client);
    const after = await runMigrations(client);
    const change = before === after ? '' : `, it was ${before}`;
    log(`The queue's schema is current (version ${after}${change}).`);
  } finally {
    await client.end();
  }
}

/**
 * Makes sure, at the start of a service, that BullMQ finds its tables. Reads only. A schema newer than the BullMQ
 * installed passes as long as BullMQ itself says that it can work with it.
 *
 * @throws QueueSchemaOutdatedError when `npm run migrate` must be run.
 * @throws BullMQ's SchemaVersionMismatchError when the database is too new.
 */
export async function assertQueueSchemaIsCurrent(
  database: Pick<pg.ClientBase, 'query'>,
): Promise<void> {
  const version = await schemaVersion(database);
  if (version < LATEST_SCHEMA_VERSION) throw new QueueSchemaOutdatedError(version);
}

/** 0 where BullMQ has never been. */
async function schemaVersion(database: Pick<pg.ClientBase, 'query'>): Promise<number> {
  try {
    return await assertSchemaCompatibility(database, DEFAULT_SCHEMA);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}
