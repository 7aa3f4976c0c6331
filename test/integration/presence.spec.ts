import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Presence } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { waitFor } from '../support/time.ts';

/** That long at least from one attempt to the next; a timer counts whole milliseconds, and may be early by two. */
const PAUSE_MS = 498;
/** Attempts after the loss that are looked at: two loops at a time would make them in half the time. */
const ATTEMPTS = 4;

let database: TestDatabase;
let server: Server;
let presence: Presence | undefined;
let attempts = 0;
let away = false;
const sockets = new Set<Socket>();

/** With `away`: what a balancer in front of a Postgres that is away does, which takes connections and closes them. */
function forward(client: Socket): void {
  attempts += 1;
  client.on('error', () => undefined);
  if (away) {
    client.destroy();
    return;
  }
  const { hostname, port } = new URL(database.url);
  const upstream = connect({ host: hostname, port: Number(port) });
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => {
    sockets.delete(client);
    upstream.destroy();
  });
  sockets.add(client);
  client.pipe(upstream).pipe(client);
}

beforeAll(async () => {
  database = await createTestDatabase();
});

beforeEach(async () => {
  attempts = 0;
  away = false;
  server = createServer(forward).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(database.url);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  presence = await Presence.open({
    databaseUrl: url.href,
    applicationName: 'presence',
    onLost: () => undefined,
  });
});

afterEach(async () => {
  await presence?.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const breakAll = (): void => {
  for (const socket of sockets) socket.destroy();
};

/** The processes of Postgres that hold a lock. */
async function holders(): Promise<number[]> {
  const rows = await database.query<{ pid: number }>(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows.map(({ pid }) => pid);
}

async function connections(): Promise<number> {
  const rows = await database.query(
    `SELECT 1 FROM pg_stat_activity WHERE application_name = 'presence' AND datname = current_database()`,
  );
  return rows.length;
}

/**
 * Another presence loses its connection and makes it anew, twice: for as long as that takes, one that still tries would
 * have tried as well.
 */
async function untilAnotherHasTriedTwice(): Promise<void> {
  const another = await Presence.open({
    databaseUrl: database.url,
    applicationName: 'another',
    onLost: () => undefined,
  });
  const find = async (): Promise<number | undefined> => {
    const rows = await database.query<{ pid: number }>(
      `SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND application_name = 'another'
          AND datname = current_database()`,
    );
    return rows[0]?.pid;
  };
  for (let times = 0; times < 2; times += 1) {
    const lost = await find();
    await database.query('SELECT pg_terminate_backend($1)', [lost]);
    await waitFor(async () => ![undefined, lost].includes(await find()), { what: 'the other one' });
  }
  await another.close();
}

/** Postgres may take a moment to notice that a connection was cut. */
const heldAgain = (): Promise<unknown> =>
  waitFor(async () => (await holders()).length === 1 && (await connections()) === 1, {
    what: 'the lock to be held, once, by the only connection',
  });

test('where connections are taken and closed it tries from time to time, in one loop, and then holds one', async () => {
  const begin = performance.now();
  away = true;
  breakAll();
  await waitFor(() => attempts - 1 >= ATTEMPTS, { what: 'attempts' });
  // However slow all else is, it can only take longer.
  expect(performance.now() - begin).toBeGreaterThanOrEqual((ATTEMPTS - 1) * PAUSE_MS);

  const before = attempts;
  away = false;
  await heldAgain();
  await untilAnotherHasTriedTwice();
  await heldAgain();
  expect(attempts - before).toBe(1);
});

test('a connection that breaks as soon as it has the lock is not made again at once', async () => {
  const begin = performance.now();
  await waitFor(
    () => {
      breakAll();
      return attempts - 1 >= ATTEMPTS;
    },
    { what: 'attempts', pollMs: 20 },
  );
  expect(performance.now() - begin).toBeGreaterThanOrEqual((ATTEMPTS - 1) * PAUSE_MS);
  await untilAnotherHasTriedTwice();
  await heldAgain();
});

test('closed while it is away it stays closed', async () => {
  away = true;
  breakAll();
  await waitFor(() => attempts > 1, { what: 'an attempt' });
  await presence?.close();
  away = false;
  const before = attempts;
  await untilAnotherHasTriedTwice();
  expect(attempts).toBe(before);
  await waitFor(async () => (await connections()) === 0, { what: 'no connection' });
});

describe('a Postgres that is silent', () => {
  const losses: unknown[] = [];
  let proxy: PostgresProxy;
  let silent: Presence;

  beforeEach(async () => {
    await presence?.close();
    losses.length = 0;
    proxy = await PostgresProxy.start(database.url);
    const url = new URL(proxy.url);
    // So long an answer is waited for; in production it is some seconds.
    url.searchParams.set('query_timeout', '2000');
    silent = await Presence.open({
      databaseUrl: url.href,
      applicationName: 'presence',
      onLost: (error) => losses.push(error),
    });
  });

  test('counts as lost, and when it speaks again the lock is held by one connection', async () => {
    const onlyHolder = async () => {
      const pids = await holders();
      return pids.length === 1 && pids[0];
    };
    const lost = await waitFor(onlyHolder, { what: 'the lock to be held' });
    proxy.pause();
    await waitFor(() => losses.length > 0, { what: 'the loss to be noticed' });
    proxy.resume();
    const isByAnother = async () => ![false, undefined, lost].includes(await onlyHolder());
    await waitFor(isByAnother, { what: 'the lock to be held by another connection' });
    await heldAgain();
    await waitFor(() => proxy.openConnections === 1, { what: 'one connection' });
    await silent.close();
  });

  test('does not hold a close back', async () => {
    proxy.pause();
    await silent.close();
    expect(losses).toEqual([]);
    proxy.resume();
    await waitFor(async () => (await holders()).length === 0, { what: 'the lock to be free' });
  });
});
