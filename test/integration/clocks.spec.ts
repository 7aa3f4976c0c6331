import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ApiKeyStore, CampaignStore, Database } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

let scratch: TestDatabase;
let database: Database;

beforeAll(async () => {
  scratch = await createTestDatabase();
  database = new Database({
    url: scratch.url,
    poolSize: 2,
    applicationName: 'clocks',
    onIdleError: (error) => {
      throw error;
    },
  });
  // The clock of this process alone: its timers run on.
  jest.useFakeTimers({ now: 0, doNotFake: [...TIMERS] });
});

afterAll(async () => {
  jest.useRealTimers();
  await database.close();
});

/** Whether that time is of the database's clock, which is decades ahead of this process's. */
const isByDatabase = (table: string, column: string): Promise<unknown> =>
  scratch.query(
    `SELECT ${column} BETWEEN clock_timestamp() - interval '1 day' AND clock_timestamp() AS right FROM ${table}`,
  );

test('a campaign is changed at the time of the database', async () => {
  const store = new CampaignStore(database);
  expect(await store.put(1, 2, { name: 'a', batchSize: 7 })).toMatchObject({ created: true });
  const changed = await store.put(1, 2, { name: null, state: 'paused', maxRecordsPerCall: 3 });
  expect(changed).toMatchObject({
    created: false,
    campaign: { name: null, state: 'paused', maxRecordsPerCall: 3, batchSize: 7 },
  });
  expect(await isByDatabase('campaigns', 'updated_at')).toEqual([{ right: true }]);
});

test('a key is revoked at the time of the database, once', async () => {
  const store = new ApiKeyStore(database);
  const bytes = new Uint8Array(32);
  await scratch.query(
    `INSERT INTO api_keys (access_key, vdn_id, name, roles, sealed_secret, token_digest)
     VALUES ('k', 1, 'n', '{admin}', $1, $1)`,
    [bytes],
  );
  expect(await store.revoke(2, 'k')).toBe(false);
  expect(await store.revoke(1, 'k')).toBe(true);
  expect(await isByDatabase('api_keys', 'revoked_at')).toEqual([{ right: true }]);
  const before = await scratch.query('SELECT revoked_at FROM api_keys');
  expect(await store.revoke(1, 'k')).toBe(true);
  expect(await scratch.query('SELECT revoked_at FROM api_keys')).toEqual(before);
});
