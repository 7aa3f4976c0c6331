import { beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { EmbeddedInUseError, startEmbeddedPostgres } from '#embedded';
import type { EmbeddedPostgres } from '#embedded';
import { scratchFolder } from '../support/apps.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { startNode } from '../support/process.ts';
import type { TestProcess } from '../support/process.ts';
import { waitFor } from '../support/time.ts';

let dataDir: string;
let lines: string[];
const log = (line: string): void => {
  lines.push(line);
};

beforeEach(async () => {
  dataDir = await scratchFolder();
  lines = [];
});

/** Starts it in this process, and stops it whatever happens. */
async function whileRunning<T>(work: (server: EmbeddedPostgres) => Promise<T>): Promise<T> {
  const server = await startEmbeddedPostgres({ dataDir, log });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const OWNER = `
import { startEmbeddedPostgres } from '#embedded';
try {
  const server = await startEmbeddedPostgres({ dataDir: process.argv[2], log: (line) => console.log('log', line) });
  console.log('up', server.url);
  process.once('SIGTERM', () => server.stop());
} catch (error) {
  console.log(error.name, error.message);
  process.exitCode = error.exitCode;
}`;

/** Starts it in a process of its own, from the sources. */
async function startOwner(name: string): Promise<TestProcess> {
  const flags = [
    '--conditions=source',
    `--import=${pathToFileURL(join(CHECKOUT, 'test/support/typescript.mjs')).href}`,
  ];
  // Only a file of the checkout may import the libs by their short names.
  const index = pathToFileURL(join(CHECKOUT, 'libs/embedded/src/index.ts')).href;
  const script = join(await scratchFolder(), 'owner.mjs');
  await writeFile(script, OWNER.replace('#embedded', index));
  return startNode(script, [dataDir], { name, env: { NODE_OPTIONS: flags.join(' ') } });
}

async function urlOf(owner: TestProcess): Promise<string> {
  const [, url = ''] = await owner.untilOutput(/^up (.*)\n/m);
  return url;
}

const postmaster = async (): Promise<number> => {
  const file = await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
};

describe('the database', () => {
  test('is durable, UTF-8, sorted by code point, reached by 127.0.0.1 and password alone', async () => {
    await whileRunning(async ({ url }) => {
      expect(
        await query(
          url,
          `SELECT current_setting('fsync') AS fsync,
                  current_setting('synchronous_commit') AS commit,
                  current_setting('listen_addresses') AS addresses,
                  current_setting('unix_socket_directories') AS sockets,
                  current_setting('max_connections')::int AS connections,
                  pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datname AS name
             FROM pg_database WHERE datname = current_database()`,
        ),
      ).toEqual([
        {
          fsync: 'on',
          commit: 'on',
          addresses: '127.0.0.1',
          sockets: '',
          connections: 200,
          encoding: 'UTF8',
          provider: 'b',
          name: 'dialgate',
        },
      ]);
      const guess = new URL(url);
      guess.password = 'guess';
      await expect(query(guess.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    });
    const secret = await stat(join(dataDir, 'postgres/password'));
    expect(secret.mode & 0o777).toBe(0o600);
  });

  test('is kept across restarts, also when connections were open at the stop', async () => {
    await whileRunning(async ({ url }) => {
      await query(url, `CREATE TABLE kept AS SELECT 'Grüße' AS text`);
      const left = new pg.Client({ connectionString: url });
      left.on('error', () => undefined);
      await left.connect();
    });
    expect(await whileRunning(({ url }) => query(url, 'SELECT text FROM kept'))).toEqual([
      { text: 'Grüße' },
    ]);
  });

  test('is made anew where making it was cut short', async () => {
    await mkdir(join(dataDir, 'postgres/new-cut-short/base'), { recursive: true });
    expect(await whileRunning(({ url }) => query(url, 'SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('new-cut-short');
  });

  test('of another version of Postgres is left alone, and said so', async () => {
    await mkdir(join(dataDir, 'postgres/data'), { recursive: true });
    await writeFile(join(dataDir, 'postgres/data/PG_VERSION'), '17\n');
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(
      /was made by PostgreSQL 17; this is 18\..*pg_dump/,
    );
    expect(await readdir(join(dataDir, 'postgres/data'))).toEqual(['PG_VERSION']);
  });
});

describe('one folder', () => {
  test('has one owner: the next one is told who it is, and the first one is left alone', async () => {
    await whileRunning(async ({ url }) => {
      await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(EmbeddedInUseError);
      const second = await startOwner('second');
      await second.expectExit(1);
      expect(second.output()).toContain(
        `EmbeddedInUseError The data folder ${dataDir} is in use by process ${process.pid}. ` +
          'Stop that process first',
      );
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  test('wanted by several at once goes to one of them', async () => {
    const owners = await Promise.all(['a', 'b', 'c', 'd'].map(startOwner));
    await waitFor(() => owners.filter(({ running }) => running).length === 1, {
      what: 'three of four to give up',
    });
    const [winner, ...others] = owners.sort((a, b) => Number(b.running) - Number(a.running));
    if (winner === undefined) {
      throw new Error('none');
    }
    expect(await query(await urlOf(winner), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    for (const other of others) {
      expect(other.output()).toMatch(/^EmbeddedInUseError /);
    }
    await winner.stop();
  });
});

/** Whether an owner is killed while it makes the database. A busy machine may see the beginning of that after its end. */
async function killsWhileMaking(): Promise<boolean> {
  dataDir = await scratchFolder();
  const owner = await startOwner('killed early');
  const names = (): Promise<string[]> => readdir(join(dataDir, 'postgres')).catch(() => []);
  await waitFor(async () => (await names()).some((name) => /^(new-[^.]*|data)$/.test(name)), {
    what: 'the database to be begun',
  });
  await owner.kill();
  if (!(await names()).includes('data')) return true;
  // What it has left may run.
  await whileRunning(() => Promise.resolve());
  return false;
}

describe('an owner', () => {
  test('that was killed leaves an orphan, which the next one stops in order', async () => {
    const owner = await startOwner('killed');
    const url = await urlOf(owner);
    await query(url, 'CREATE TABLE kept AS SELECT 1 AS one');
    const orphan = await postmaster();
    await owner.kill();
    expect(await query(url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    await whileRunning(async (next) => {
      expect(lines.join('\n')).toMatch(
        new RegExp(
          `^Stopping the Postgres that a killed process left behind.*\\b${orphan}\\b`,
          'm',
        ),
      );
      expect(await postmaster()).not.toBe(orphan);
      expect(await query(next.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    });
  });

  test('that was killed together with its Postgres loses nothing that was committed', async () => {
    const owner = await startOwner('killed');
    await query(await urlOf(owner), 'CREATE TABLE kept AS SELECT 1 AS one');
    process.kill(await postmaster(), 'SIGKILL');
    await owner.kill();
    expect(await whileRunning(({ url }) => query(url, 'SELECT one FROM kept'))).toEqual([
      { one: 1 },
    ]);
  });

  test('that was killed while it made the database is followed by one that makes it', async () => {
    await waitFor(killsWhileMaking, { what: 'a kill that is not too late' });
    expect(await whileRunning(({ url }) => query(url, 'SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    expect(await readdir(join(dataDir, 'postgres'))).toEqual([
      'data',
      'lib',
      'lock',
      'password',
      'postgres.log',
    ]);
  });

  test('has its Postgres in a session of its own, out of reach of a terminal', async () => {
    await whileRunning(async () => {
      const pid = await postmaster();
      // There is a group of processes that it leads.
      expect(process.kill(-pid, 0)).toBe(true);
    });
  });
});
