import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { appScript, launchApp, scratchFolder } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { startNode } from '../support/process.ts';
import { createScratchDatabase } from '../support/scratch-database.ts';

type App = Parameters<typeof launchApp>[0];

const ALL: readonly App[] = ['api', 'worker', 'standalone'];

interface Refusal {
  readonly code: number | null;
  readonly output: string;
}

/** Runs an app to its end. */
async function refusalOf(app: App, env: Record<string, string>): Promise<Refusal> {
  const { process } = await launchApp(app, env);
  const { code } = await process.ended;
  return { code, output: process.output() };
}

/** The same where nothing gets through to Postgres any more from the n-th request on that contains this text. */
async function refusalOfSilenceAt(
  text: string,
  app: App,
  databaseUrl: string,
  nth = 1,
): Promise<Refusal> {
  const proxy = await PostgresProxy.start(databaseUrl);
  const silent = proxy.intercept({
    matching: ({ sql }) => sql.some((one) => one.includes(text)),
    nth,
    when: 'before',
    run: () => {
      proxy.pause();
      return undefined;
    },
  });
  const url = new URL(proxy.url);
  url.searchParams.set('query_timeout', '2000');
  const refusal = await refusalOf(app, serviceEnv(url.href));
  await silent;
  return refusal;
}

const sockets = new Set<Socket>();
let silent: Server;
let hangsUp: Server;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listen(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  silent = await listen((socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  hangsUp = await listen((socket) => {
    socket.destroy();
  });
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of [silent, hangsUp]) await new Promise((resolve) => server.close(resolve));
});

describe('a server that does not answer is named by its setting, without its password: 75', () => {
  test.each<[what: string, port: () => number, apps: readonly App[]]>([
    ['nobody listens', () => 1, ALL],
    ['who listens hangs up', () => portOf(hangsUp), ['api']],
    ['who listens says nothing', () => portOf(silent), ['api', 'standalone']],
  ])('Postgres, where %s', async (_what, port, apps) => {
    const env = serviceEnv(`postgres://somebody:not-to-be-shown@127.0.0.1:${port()}/dialgate`);
    const refusals = await Promise.all(apps.map((app) => refusalOf(app, env)));
    for (const { code, output } of refusals) {
      expect(output).toMatch(/^Postgres does not answer .*check DATABASE_URL/m);
      expect(output).not.toMatch(/not-to-be-shown|somebody/);
      expect(code).toBe(75);
    }
  });

  test('Postgres, where it falls silent in the middle of a start', async () => {
    const { url } = await createTestDatabase();
    const refusals = await Promise.all([
      refusalOfSilenceAt('FROM _prisma_migrations', 'worker', url),
      refusalOfSilenceAt('bullmq', 'worker', url),
      // The first is ours, the second BullMQ's own.
      refusalOfSilenceAt('server_version_num', 'worker', url, 2),
      refusalOfSilenceAt('pg_advisory_lock', 'api', url),
      refusalOfSilenceAt('api_keys', 'api', url),
    ]);
    for (const { code, output } of refusals) {
      expect(output).toMatch(/^Postgres does not answer .*check DATABASE_URL/m);
      expect(code).toBe(75);
    }
  });

  test('Redis, where nobody listens, or who listens hangs up or says nothing', async () => {
    const { url } = await createTestDatabase();
    const envOf = (port: number): Record<string, string> =>
      serviceEnv(url, `redis://:not-to-be-shown@127.0.0.1:${port}`);
    const refusals = await Promise.all([
      refusalOf('api', envOf(1)),
      refusalOf('worker', envOf(portOf(hangsUp))),
      refusalOf('standalone', envOf(portOf(silent))),
    ]);
    for (const { code, output } of refusals) {
      expect(output).toMatch(/^Redis does not answer .*check REDIS_URL/m);
      expect(output).not.toContain('not-to-be-shown');
      expect(code).toBe(75);
    }
  });
});

test('a port in use is named, and what to do about it: 1', async () => {
  const { url } = await createTestDatabase();
  const env = { ...serviceEnv(url), PORT: String(portOf(silent)) };
  const refusals = await Promise.all([refusalOf('api', env), refusalOf('standalone', env)]);
  for (const { code, output } of refusals) {
    expect(output).toContain(
      `Port ${portOf(silent)} on 127.0.0.1 is in use: stop the program that listens there, or set PORT to another.\n`,
    );
    expect(output).not.toMatch(/^ +at /m);
    expect(code).toBe(1);
  }
});

test('nonsense in the settings is told all at once, by name and never by value: 2', async () => {
  const nonsense = {
    DATABASE_URL: 'mysql://not-to-be-shown@db/x',
    REDIS_URL: 'not-to-be-shown',
    HOST: 'not to be shown',
    PORT: '80a0',
    DIALGATE_ADMIN_TOKEN: 'not-to-be-shown',
    DIALGATE_MASTER_KEY: 'bm90LXRvLWJlLXNob3du',
    ISALES_API_CALLDATA_MAX: '2001',
    ISALES_API_UNCOMPLATE_COUNT: 'yes',
    UPLOAD_MAX_RECORDS: '1e6',
    UPLOAD_MAX_BYTES: '1 GiB',
    UPLOAD_MAX_LINE_BYTES: '-1',
    WORKER_CONCURRENCY: '0',
    SYNC_WAIT_MS: '10s',
    LOG_LEVEL: 'loud',
    TZ: 'Not/ToBeShown',
  };
  for (const { code, output } of await Promise.all(ALL.map((app) => refusalOf(app, nonsense)))) {
    const named = Array.from(output.matchAll(/^ {2}(\w+) must be/gm), ([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(nonsense).sort());
    for (const value of Object.values(nonsense)) {
      // Values that are words of the messages themselves ("0", "yes") cannot be told apart.
      if (value.length > 4) expect(output).not.toContain(value);
    }
    expect(output).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  }
});

test('a data folder that is a file is named, and what to do about it: 2', async () => {
  const file = join(await scratchFolder(), 'file');
  await writeFile(file, '');
  const demo = startNode(appScript('demo'), [], {
    name: 'demo',
    cwd: await scratchFolder(),
    env: { DIALGATE_DATA_DIR: file },
  });
  const { process: standalone } = await launchApp('standalone', { DIALGATE_DATA_DIR: file });
  for (const process of [demo, standalone]) {
    await process.expectExit(2);
    expect(process.output()).toContain(
      'DIALGATE_DATA_DIR must be a folder, and is a file: move that file away, or name another folder\n',
    );
    expect(process.output()).not.toContain(file);
    expect(process.output()).not.toMatch(/EEXIST|^ +at /m);
  }
});

test.each<[what: string, secret: string, code: number, told: RegExp]>([
  ['is empty', '\n', 2, /DIALGATE_ADMIN_TOKEN in the file \S+admin-token is not set/],
  [
    'is too short',
    'short\n',
    2,
    /DIALGATE_ADMIN_TOKEN in the file \S+admin-token must be at least/,
  ],
])('a secret in the data folder that %s is named by its file', async (_, secret, code, told) => {
  const dataDir = await scratchFolder();
  await writeFile(join(dataDir, 'admin-token'), secret);
  const env = { ...serviceEnv('postgres://127.0.0.1:1/dialgate'), DIALGATE_ADMIN_TOKEN: '' };
  const refusal = await refusalOf('standalone', { ...env, DIALGATE_DATA_DIR: dataDir });
  expect(refusal.output).toMatch(told);
  expect(refusal.code).toBe(code);
});

test('a data folder that cannot be made is named, and what to do about it: 1', async () => {
  // Where there is no /proc, nobody may make it.
  const DIALGATE_DATA_DIR = '/proc/none/data';
  const demo = startNode(appScript('demo'), [], {
    name: 'demo',
    cwd: await scratchFolder(),
    env: { DIALGATE_DATA_DIR },
  });
  const given = { ...serviceEnv('postgres://127.0.0.1:1/dialgate'), DIALGATE_ADMIN_TOKEN: '' };
  const starts = [
    demo,
    (await launchApp('standalone', { DIALGATE_DATA_DIR })).process,
    (await launchApp('standalone', { ...given, DIALGATE_DATA_DIR })).process,
  ];
  for (const process of starts) {
    await process.expectExit(1);
    expect(process.output()).toMatch(/\/proc\/none.*DIALGATE_DATA_DIR/);
    expect(process.output()).not.toMatch(/^ +at /m);
  }
});

test('what an API cannot do without is named, all at once: 2', async () => {
  const { code, output } = await refusalOf('api', {});
  expect(output).toMatch(
    /DATABASE_URL is not set(.|\n)*DIALGATE_ADMIN_TOKEN is not set(.|\n)*DIALGATE_MASTER_KEY is not set/,
  );
  expect(code).toBe(2);
  const worker = await refusalOf('worker', {});
  expect(worker.output).toContain('DATABASE_URL is not set');
  expect(worker.output).not.toContain('DIALGATE');
  expect(worker.code).toBe(2);
});

describe('on a schema that is not current an API and a worker say what to run:', () => {
  test.each([
    ['without any table', {}, 'schema'],
    ["without the queue's tables", { REDIS_URL: 'redis://127.0.0.1:1' }, "queue's schema"],
  ])('%s', async (what, migrateEnv, schema) => {
    const scratch = await createScratchDatabase();
    try {
      if (what !== 'without any table') {
        const migrate = startNode(appScript('migrate'), [], {
          name: 'migrate',
          cwd: await scratchFolder(),
          env: { DATABASE_URL: scratch.url, ...migrateEnv },
        });
        await migrate.expectExit(0);
      }
      const env = serviceEnv(scratch.url);
      for (const { code, output } of [
        await refusalOf('api', env),
        await refusalOf('worker', env),
      ]) {
        expect(output).toMatch(new RegExp(`${schema}.*\\bnpm run migrate\\b`));
        expect(output).not.toMatch(/^ +at /m);
        expect(code).toBe(1);
      }
    } finally {
      await scratch.drop();
    }
  });
});
