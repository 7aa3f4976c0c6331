import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  applyMigrations,
  assertSchemaIsCurrent,
  MigrationFailedError,
  MigrationHistoryError,
  SchemaOutdatedError,
} from '#persistence';
import { assertQueueSchemaIsCurrent, migrateQueue, QueueSchemaOutdatedError } from '#queue';
import { askPrisma, readPrisma } from '../support/schema-diff.ts';
import { createScratchDatabase } from '../support/scratch-database.ts';
import type { ScratchDatabase } from '../support/scratch-database.ts';

const INIT = '20261123000000_init';

let scratch: ScratchDatabase;
let client: pg.Client;
let lines: string[];
const log = (line: string): void => void lines.push(line);

beforeEach(async () => {
  scratch = await createScratchDatabase();
  client = new pg.Client({ connectionString: scratch.url });
  await client.connect();
  lines = [];
});

afterEach(async () => {
  await client.end();
  await scratch.drop();
});

/** The migrations of the repository, and further ones by name. */
async function withMigrations(further: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'dialgate-migrations-'));
  await cp(new URL('../../prisma/migrations', import.meta.url), directory, { recursive: true });
  for (const [name, sql] of Object.entries(further)) {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'migration.sql'), sql);
  }
  return directory;
}

const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  );

async function one<T>(sql: string): Promise<T> {
  const { rows } = await client.query<{ value: T }>(sql);
  return rows[0]?.value as T;
}

const tableExists = (name: string): Promise<boolean> =>
  one(`SELECT to_regclass('${name}') IS NOT NULL AS value`);

describe('Prisma agrees', () => {
  test('with the history, and with the schema that results', async () => {
    await applyMigrations(scratch.url, { log });
    // BullMQ's tables are in a schema of their own: not Prisma's business.
    await migrateQueue(scratch.url, { log });
    const opinion = await askPrisma(scratch.url, await readPrisma('schema.prisma'));
    expect(opinion).toEqual({
      difference: '',
      history: {
        editedMigrationNames: [],
        failedMigrationNames: [],
        hasMigrationsTable: true,
        history: null,
      },
      deployed: [],
    });
  });

  test.each([
    ['a column', '  name                 String?\n', ''],
    ['a default', '@default(200000)', '@default(100000)'],
    ['the condition of an index', `'receiving'::upload_state"`, `'queued'::upload_state"`],
    ['a referential action', 'onDelete: Cascade', 'onDelete: Restrict'],
  ])('not any more when %s is another one', async (_what, text, other) => {
    await applyMigrations(client, { log });
    const schema = await readPrisma('schema.prisma');
    expect(schema).toContain(text);
    const { difference } = await askPrisma(scratch.url, schema.replace(text, other));
    expect(difference).not.toBe('');
  });

  test('the other way round: what Prisma deployed is current, and there is nothing to do', async () => {
    const { deployed } = await askPrisma(scratch.url, await readPrisma('schema.prisma'));
    expect(deployed).toContain(INIT);
    await assertSchemaIsCurrent(client);
    expect(await applyMigrations(client, { log })).toEqual([]);
  });

  test('on the table of the history, to the letter', async () => {
    const shape = `SELECT array_agg(concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable, column_default) ORDER BY ordinal_position) AS value
        FROM information_schema.columns WHERE table_name = '_prisma_migrations'`;
    await askPrisma(scratch.url, await readPrisma('schema.prisma'));
    const byPrisma = await one(shape);
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await applyMigrations(client, { log });
    expect(await one(shape)).toEqual(byPrisma);
  });
});

describe("what only the migrations say, for Prisma's schema language cannot", () => {
  test.each([
    // Each CHECK constraint is tried in constraints.spec.ts.
    [
      "a sequence's bounds: data IDs have 19 digits, and end before a BIGINT does",
      `SELECT array[min_value, start_value, max_value]::text AS value FROM pg_sequences WHERE sequencename = 'batch_id_seq'`,
      '{488281250000000,488281250000000,4503599627370495}',
    ],
    [
      'sequences of no column: places in the queue are given when an upload is sealed',
      `SELECT string_agg(sequencename, ' ' ORDER BY sequencename) AS value FROM pg_sequences WHERE schemaname = 'public'`,
      'batch_id_seq upload_queue_number_seq',
    ],
    [
      'a collation: prefixes of blocked numbers are ranges of the key',
      `SELECT string_agg(attrelid::regclass || '.' || attname, ' ') AS value FROM pg_attribute
        WHERE attcollation = '"C"'::regcollation AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')`,
      'blocklist.number',
    ],
    [
      'storage: what a batch holds is read once, so it is not compressed',
      `SELECT string_agg(attname, ' ' ORDER BY attnum) AS value FROM pg_attribute
        WHERE attrelid = 'batches'::regclass AND attstorage = 'e'`,
      'payload lines priorities recycle_at numbers number_places',
    ],
    [
      "free space: the campaign's row changes with each admission, in its page",
      `SELECT string_agg(relname || ' ' || reloptions::text, ' ') AS value FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL`,
      'campaigns {fillfactor=50}',
    ],
  ])('%s', async (_what, sql, expected) => {
    await applyMigrations(client, { log });
    expect(await one(sql)).toBe(expected);
  });
});

describe('applyMigrations', () => {
  test('records what it did the way Prisma does', async () => {
    expect(await applyMigrations(client, { log })).toEqual([INIT]);
    expect(lines).toEqual([`Applied the migration ${INIT}.`]);
    const { rows } = await client.query('SELECT * FROM _prisma_migrations');
    expect(rows).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
        migration_name: INIT,
        started_at: expect.any(Date),
        finished_at: expect.any(Date),
        rolled_back_at: null,
        logs: null,
        applied_steps_count: 1,
      },
    ]);
  });

  test('does nothing the second time', async () => {
    await applyMigrations(scratch.url, { log });
    expect(await applyMigrations(scratch.url, { log })).toEqual([]);
    expect(await one(`SELECT count(*)::int AS value FROM _prisma_migrations`)).toBe(1);
  });

  test('run by several at once, applies each migration once', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => applyMigrations(scratch.url, { log })));
    expect(runs.flat()).toEqual([INIT]);
    expect(await one(`SELECT count(*)::int AS value FROM _prisma_migrations`)).toBe(1);
  });

  test("waits while Prisma's own command line is at work", async () => {
    await client.query('SELECT pg_advisory_lock(72707369)');
    const run = applyMigrations(scratch.url, {
      log: (line) => {
        log(line);
        // It says so before it waits; only then is it let in.
        if (line.startsWith('Waiting')) void client.query('SELECT pg_advisory_unlock(72707369)');
      },
    });
    expect(await run).toEqual([INIT]);
    expect(lines[0]).toBe('Waiting for another migration of this database to end.');
  });

  test('gives the lock back, also when it fails', async () => {
    const locks = `SELECT count(*)::int AS value FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    await applyMigrations(client, { log });
    expect(await one(locks)).toBe(0);
    const directory = await withMigrations({ '29991231000000_wrong': 'SELECT nonsense' });
    await expect(applyMigrations(client, { log, directory })).rejects.toThrow();
    expect(await one(locks)).toBe(0);
    await rm(directory, { recursive: true });
  });

  test('keeps nothing of a migration that fails, all of those before it, and says where', async () => {
    const directory = await withMigrations({
      '29991230000000_good': 'CREATE TABLE good ();',
      '29991231000000_wrong': 'CREATE TABLE half ();\n-- “é”\nSELECT 1 / 0, nonsense;',
    });
    const failure = await failureOf(applyMigrations(client, { log, directory }));
    expect(failure).toBeInstanceOf(MigrationFailedError);
    expect(failure).toMatchObject({
      message:
        'The migration 29991231000000_wrong failed, line 3: column "nonsense" does not exist. Nothing of it was kept.',
      migration: '29991231000000_wrong',
      sqlState: '42703',
    });
    expect(await tableExists('good')).toBe(true);
    expect(await tableExists('half')).toBe(false);
    expect(
      await one(
        `SELECT array_agg(migration_name::text ORDER BY started_at) AS value FROM _prisma_migrations`,
      ),
    ).toEqual([INIT, '29991230000000_good']);

    // Once it is put right it goes on where it stopped.
    await writeFile(
      join(directory, '29991231000000_wrong', 'migration.sql'),
      'CREATE TABLE half ()',
    );
    expect(await applyMigrations(client, { log, directory })).toEqual(['29991231000000_wrong']);
    await rm(directory, { recursive: true });
  });

  test('does not show the row that a migration fails over', async () => {
    const directory = await withMigrations({
      '29991231000000_wrong': `INSERT INTO blocklist (vdn_id, number) VALUES (0, '13800138000')`,
    });
    const failure = await failureOf(applyMigrations(client, { log, directory }));
    expect(failure).toBeInstanceOf(MigrationFailedError);
    expect((failure as Error).message).not.toContain('13800138000');
    expect((failure as Error).cause).toBeUndefined();
    await rm(directory, { recursive: true });
  });
});

describe('histories that do not fit', () => {
  beforeEach(async () => {
    await applyMigrations(client, { log });
  });

  test.each([
    [
      'a changed migration',
      `UPDATE _prisma_migrations SET checksum = repeat('0', 64)`,
      `The migration ${INIT} was changed after it was applied.`,
    ],
    [
      'a migration of a newer version',
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', '', '2999_later', now())`,
      'The database has the migration 2999_later, which this version does not know',
    ],
    [
      'a migration that Prisma did not finish',
      `UPDATE _prisma_migrations SET finished_at = NULL`,
      `The migration ${INIT} was begun by Prisma's command line and did not finish.`,
    ],
  ])(
    '%s is refused, by the migration and at the start of a service',
    async (_what, sql, message) => {
      await client.query(sql);
      const failures = [
        await failureOf(applyMigrations(client, { log })),
        await failureOf(assertSchemaIsCurrent(client)),
      ];
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(MigrationHistoryError);
        expect((failure as Error).message).toContain(message);
      }
    },
  );

  test('what Prisma recorded as rolled back does not count', async () => {
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, rolled_back_at) VALUES ('x', '', '${INIT}', now())`,
    );
    await assertSchemaIsCurrent(client);
  });
});

describe('at the start of a service', () => {
  test('an empty database is refused, with what to run', async () => {
    const refused = assertSchemaIsCurrent(client);
    await expect(refused).rejects.toThrow(SchemaOutdatedError);
    await expect(refused).rejects.toThrow(
      `The database's schema is not current, it lacks: ${INIT}. Run: npm run migrate`,
    );
    expect(await tableExists('_prisma_migrations')).toBe(false);
  });

  test('a database that lacks the last migration is refused', async () => {
    await applyMigrations(client, { log });
    await assertSchemaIsCurrent(client);
    const directory = await withMigrations({ '29991231000000_last': 'SELECT 1' });
    await expect(assertSchemaIsCurrent(client, { directory })).rejects.toThrow(
      '29991231000000_last',
    );
    await rm(directory, { recursive: true });
  });

  test("the queue's tables must be there, and of the BullMQ installed", async () => {
    await expect(assertQueueSchemaIsCurrent(client)).rejects.toThrow(QueueSchemaOutdatedError);
    await expect(assertQueueSchemaIsCurrent(client)).rejects.toThrow('Run: npm run migrate');
    await migrateQueue(scratch.url, { log });
    await assertQueueSchemaIsCurrent(client);
    await client.query('DELETE FROM bullmq.migration WHERE version > 1');
    await expect(assertQueueSchemaIsCurrent(client)).rejects.toThrow('version 1,');
  });
});

describe('migrateQueue', () => {
  test('run by several at once and again, migrates once, and leaves no connection', async () => {
    await Promise.all([1, 2, 3, 4].map(() => migrateQueue(scratch.url, { log })));
    lines = [];
    await migrateQueue(scratch.url, { log });
    expect(lines).toEqual([
      expect.stringMatching(/^The queue's schema is current \(version \d+\)\.$/),
    ]);
    expect(
      await one(`SELECT count(*) = count(DISTINCT version) AS value FROM bullmq.migration`),
    ).toBe(true);
    expect(
      await one(
        `SELECT count(*)::int AS value FROM pg_stat_activity WHERE application_name = 'dialgate migrate' AND datname = current_database()`,
      ),
    ).toBe(0);
  });
});
