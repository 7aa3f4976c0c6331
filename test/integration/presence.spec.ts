import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Presence } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { freePort } from '../support/ports.ts';
import { waitFor } from '../support/time.ts';

/** Looks at what a balancer in front of a Postgres that is away does: takes connections, and closes them. */
const AWAY_MS = 2_200;
/** That long at least from one attempt to the next. */
const PAUSE_MS = 500;

let database: TestDatabase;
let server: Server;
let presence: Presence | undefined;
let attempts = 0;
let away = false;
const sockets = new Set<Socket>();

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
  const port = await freePort();
  server = createServer(forward);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = new URL(database.url);
  url.host = `127.0.0.1:${port}`;
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

async function holders(): Promise<number> {
  const rows = await database.query(
    `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows.length;
}

async function connections(): Promise<number> {
  const rows = await database.query(
    `SELECT 1 FROM pg_stat_activity WHERE application_name = 'presence' AND datname = current_database()`,
  );
  return rows.length;
}

test('where connections are taken and closed it tries from time to time, in one loop, and then holds one', async () => {
  away = true;
  breakAll();
  await sleep(AWAY_MS);
  const tried = attempts - 1;
  expect(tried).toBeGreaterThanOrEqual(2);
  expect(tried).toBeLessThanOrEqual(Math.ceil(AWAY_MS / PAUSE_MS) + 1);

  away = false;
  const before = attempts;
  await waitFor(async () => (await holders()) === 1, { what: 'the lock to be held again' });
  // A second loop would show in the time of two attempts.
  await sleep(PAUSE_MS * 2);
  expect(attempts - before).toBe(1);
  expect(await connections()).toBe(1);
  expect(await holders()).toBe(1);
});

test('a connection that breaks as soon as it has the lock is not made again at once', async () => {
  const ends = performance.now() + AWAY_MS;
  while (performance.now() < ends) {
    breakAll();
    await sleep(20);
  }
  expect(attempts - 1).toBeLessThanOrEqual(Math.ceil(AWAY_MS / PAUSE_MS) + 1);
  await waitFor(async () => (await holders()) === 1, { what: 'the lock to be held again' });
  expect(await connections()).toBe(1);
});

test('closed while it is away it stays closed', async () => {
  away = true;
  breakAll();
  await waitFor(() => attempts > 1, { what: 'an attempt' });
  await presence?.close();
  away = false;
  const before = attempts;
  await sleep(PAUSE_MS * 2);
  expect(attempts).toBe(before);
  expect(await connections()).toBe(0);
});
