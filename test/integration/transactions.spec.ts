import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

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
