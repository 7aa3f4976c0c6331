import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { records } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';

const VDN = 1;
/** Longer than a transaction may be idle, and who waits behind it takes, on a busy machine too. */
const RECOVERY_MS = 60_000;

const random = seededRandom();
let database: TestDatabase;
let client: ApiClient;
let env: Record<string, string>;
let apps: AppProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  env = { ...serviceEnv(database.url), SYNC_WAIT_MS: String(RECOVERY_MS), WORKER_CONCURRENCY: '2' };
  const api = await startApp('api', env);
  apps = [api];
  client = new ApiClient(api.url);
});

afterAll(() => stopApps(apps));

const codeOf = async (campaign: number): Promise<string> => {
  const answer = await client.call(VDN, campaign, records(random, 1));
  return answer.json().resultCode;
};

test('a campaign that somebody holds does not stop others, and goes on when it is let go', async () => {
  await client.putCampaign(VDN, 1, { admissionIntervalMs: 0 });
  await client.putCampaign(VDN, 2);
  const worker = await startApp('worker', env);
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM campaigns WHERE vdn_id = 1 AND id = 1 FOR NO KEY UPDATE');
    // More than the worker decides at a time: the other campaign's call gets its turn when they give up waiting.
    const held = Promise.all(Array.from({ length: 3 }, () => codeOf(1)));
    expect(await codeOf(2)).toBe('0200000');
    await holder.query('ROLLBACK');
    expect(await held).toEqual(Array(3).fill('0200000'));
  } finally {
    await holder.end();
    await worker.process.stop();
  }
  await expectBalancedBooks(database);
});

test('the campaign of a worker that stands still within an admission goes on with another worker', async () => {
  await client.putCampaign(VDN, 3, { admissionIntervalMs: 100, batchSize: 5 });
  const proxy = await PostgresProxy.start(database.url);
  const hung = await startApp('worker', { ...env, DATABASE_URL: proxy.url }, 'hung worker');
  const stopped = proxy.intercept({
    matching: ({ sql }) => sql.join(';').includes('INSERT INTO records'),
    nth: 1,
    when: 'after',
    run: () => {
      hung.process.signal('SIGSTOP');
      return undefined;
    },
  });
  const upload = await client.upload(VDN, 3, records(random, 20));
  await stopped;
  const worker = await startApp('worker', env);
  try {
    expect(await client.finished(upload.id, RECOVERY_MS)).toMatchObject({
      state: 'completed',
      counts: { accepted: 20 },
    });
  } finally {
    hung.process.signal('SIGCONT');
  }
  await Promise.all([hung.process.stop(), worker.process.stop()]);
  await expectBalancedBooks(database);
});
