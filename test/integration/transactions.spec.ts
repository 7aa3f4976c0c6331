import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { QueryConfig } from 'pg';
import { Database, isDatabaseError } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { waitFor } from '../support/time.ts';

let scratch: TestDatabase;
let database: Database;

beforeAll(async () => {
  scratch = await createTestDatabase();
  database = new Database({
    url: scratch.url,
    poolSize: 2,
    applicationName: 'transactions',
    onIdleError: (error) => {
      throw error;
    },
  });
});

afterAll(() => database.close());

const campaigns = async (): Promise<number> =>
  (await scratch.query('SELECT 1 FROM campaigns')).length;

test('what is thrown in a transaction is thrown by it, and nothing is kept', async () => {
  const failure = new Error('on purpose');
  const attempt = database.transaction(async (tx) => {
    await tx.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 1)');
    throw failure;
  });
  await expect(attempt).rejects.toBe(failure);
  expect(await campaigns()).toBe(0);
});

test('a connection that breaks in a transaction fails that, and not the process', async () => {
  const attempt = database.transaction(async (tx) => {
    await tx.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 2)');
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => tx.once('end', resolve));
    await scratch.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    // Nothing is under way on the connection: its end is an event, and not the failure of a statement.
    await ended;
    await tx.query('SELECT 1');
  });
  await expect(attempt).rejects.toThrow();
  expect(await campaigns()).toBe(0);
  await database.transaction((tx) => tx.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 3)'));
  expect(await campaigns()).toBe(1);
});

describe('a Postgres that is silent', () => {
  let proxy: PostgresProxy;
  let silent: Database;

  beforeEach(async () => {
    proxy = await PostgresProxy.start(scratch.url);
    const url = new URL(proxy.url);
    // So long an answer is waited for; in production it is some seconds.
    url.searchParams.set('query_timeout', '2000');
    silent = new Database({
      url: url.href,
      poolSize: 1,
      applicationName: 'silent',
      onIdleError: () => undefined,
    });
    // Connected before it falls silent.
    await silent.ping();
  });

  /** Falls silent before it is asked for what matches. */
  const silentAt = (text: string): Promise<unknown> =>
    proxy.intercept({
      matching: ({ sql }) => sql.some((one) => one.startsWith(text)),
      nth: 1,
      when: 'before',
      run: () => {
        proxy.pause();
        return undefined;
      },
    });

  /** What was on its way has arrived, and the connections that were given up are gone. */
  const arrived = (): Promise<unknown> =>
    waitFor(
      async () => {
        const rows = await scratch.query(
          `SELECT 1 FROM pg_stat_activity WHERE application_name = 'silent' AND state <> 'idle'`,
        );
        return rows.length === 0 && proxy.openConnections <= 1;
      },
      { what: 'what was on its way to arrive' },
    );

  test.each([
    ['BEGIN', false],
    ['COMMIT', true],
  ])(
    'at %s of a transaction fails that, whatever becomes of it, and its connection is not used again',
    async (text, kept) => {
      await scratch.query('DELETE FROM campaigns');
      const reached = silentAt(text);
      const attempt = silent.transaction((tx) =>
        tx.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 4)'),
      );
      const failure = await attempt.catch((error: unknown) => error);
      await reached;
      expect(isDatabaseError(failure)).toBe(true);
      proxy.resume();
      await arrived();
      expect(await campaigns()).toBe(kept ? 1 : 0);
      const { rows } = await silent.transaction((tx) => tx.query('SELECT 5 AS five'));
      expect(rows).toEqual([{ five: 5 }]);
      await silent.close();
    },
  );

  test('until right after a statement was given up: that is answered, but to nobody', async () => {
    await scratch.query('DELETE FROM campaigns');
    const record = proxy.record();
    const reached = silentAt('INSERT');
    const attempt = silent.transaction(async (tx) => {
      try {
        await tx.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 6)');
      } finally {
        proxy.resume();
      }
    });
    await expect(attempt).rejects.toThrow();
    await reached;
    expect(await silent.transaction((tx) => tx.query('SELECT 7'))).toHaveProperty('rowCount', 1);
    await arrived();
    expect(await campaigns()).toBe(0);
    // No ROLLBACK behind it, and another connection for the next.
    const [first] = record;
    const others = record.filter(({ connection }) => connection !== first?.connection);
    expect(others.flatMap(({ sql }) => sql)).toEqual(['BEGIN', 'SELECT 7', 'COMMIT']);
    await silent.close();
  });

  test('fails what goes through Prisma, as a failure of the database', async () => {
    proxy.pause();
    const failure = await silent.prisma.campaign.findFirst().catch((error: unknown) => error);
    expect(isDatabaseError(failure)).toBe(true);
    proxy.resume();
    expect(await silent.prisma.campaign.findFirst({ where: { vdnId: 77 } })).toBeNull();
    await silent.close();
  });

  test('does not hold a close back, with a transaction open', async () => {
    const reached = silentAt('INSERT');
    const open = silent.transaction((tx) =>
      tx.query({
        text: 'INSERT INTO campaigns (vdn_id, id) VALUES (1, 5)',
        query_timeout: 3_600_000,
      } as QueryConfig),
    );
    const cutOff = expect(open).rejects.toThrow(/terminated/);
    await reached;
    await silent.close();
    await cutOff;
  });
});
