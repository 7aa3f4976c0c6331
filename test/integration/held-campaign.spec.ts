import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { records } from '../support/factories.ts';
import { admissionWaits, HeldCampaign } from '../support/held-campaign.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

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
  env = { ...serviceEnv(database.url), SYNC_WAIT_MS: String(RECOVERY_MS) };
  const api = await startApp('api', env);
  apps = [api];
  client = new ApiClient(api.url);
});

afterAll(() => stopApps(apps));

const codeOf = async (campaign: number): Promise<string> => {
  const answer = await client.call(VDN, campaign, records(random, 1));
  return answer.json().resultCode;
};

test('calls to a campaign that somebody holds keep nobody else waiting, and are decided when it is let go', async () => {
  await client.putCampaign(VDN, 1, { admissionIntervalMs: 0 });
  await client.putCampaign(VDN, 2);
  // Postgres never tells such a worker to give a lock up: if its calls do not by themselves, they wait for ever.
  const url = new URL(database.url);
  url.searchParams.set('lock_timeout', '0');
  const worker = await startApp('worker', { ...env, DATABASE_URL: url.href });
  const held = await HeldCampaign.hold(database, VDN, 1);
  try {
    const answered = new Set<number>();
    // More than twice as many as a worker decides at a time.
    const calls = Array.from({ length: 20 }, async (_, call) => {
      const code = await codeOf(1);
      answered.add(call);
      return code;
    });
    const putDown = () =>
      database.query(`SELECT 1 FROM uploads WHERE campaign_id = 1 AND state = 'receiving'`);
    await waitFor(async () => (await putDown()).length === 20, { what: 'the calls' });
    await admissionWaits(database);
    expect(await codeOf(2)).toBe('0200000');
    expect(answered.size).toBe(0);
    await held.letGo();
    expect(await Promise.all(calls)).toEqual(Array(20).fill('0200000'));
  } finally {
    await held.letGo();
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
