import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, startWorkers, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { records } from '../support/factories.ts';
import { admissions, expectBalancedBooks, shortestGap } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { startRedis } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;
const INTERVAL_MS = 400;
/** Before the loss: the second slot comes after it, however slow the machine. */
const FIRST_INTERVAL_MS = 60_000;
const BATCHES = 10;
const BATCH_SIZE = 5;

const random = seededRandom();

/**
 * Uploads, has `lose` done after the first batch, and sees the upload end as if nothing had happened: by the sweep, for
 * nobody else knows of it any more.
 */
async function completesThough(
  database: TestDatabase,
  client: ApiClient,
  campaign: number,
  lose: () => Promise<void>,
): Promise<void> {
  const settings = { admissionIntervalMs: FIRST_INTERVAL_MS, batchSize: BATCH_SIZE };
  await client.putCampaign(VDN, campaign, settings);
  const upload = await client.upload(VDN, campaign, records(random, BATCHES * BATCH_SIZE));
  const batchesDone = async () => (await client.getUpload(upload.id)).batches.done;
  await waitFor(batchesDone, { what: 'the first batch' });
  await lose();
  await shortenInterval(database, campaign);

  expect(await client.finished(upload.id)).toMatchObject({ state: 'completed' });
  const admitted = await admissions(database, VDN, campaign);
  expect(admitted.map(({ records: size }) => size)).toEqual(Array(BATCHES).fill(BATCH_SIZE));
  expect(shortestGap(admitted)).toBeGreaterThanOrEqual(INTERVAL_MS);
  await expectBalancedBooks(database);
  // Calls go through as well.
  await client.putCampaign(VDN, campaign, { admissionIntervalMs: 0 });
  expect((await client.call(VDN, campaign, records(random, 1))).json().resultCode).toBe('0200000');
}

/** Past the API, which would wake the lane. */
async function shortenInterval(database: TestDatabase, campaign: number): Promise<void> {
  await database.query('UPDATE campaigns SET admission_interval_ms = $2 WHERE id = $1', [
    campaign,
    INTERVAL_MS,
  ]);
}

async function startAll(env: Readonly<Record<string, string>>): Promise<[ApiClient, AppProcess[]]> {
  const [api, workers] = await Promise.all([startApp('api', env), startWorkers(2, env)]);
  return [new ApiClient(api.url), [api, ...workers]];
}

describe('a Redis that loses everything in the middle of an upload', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let client: ApiClient;
  let apps: AppProcess[];

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await startRedis();
    [client, apps] = await startAll(serviceEnv(database.url, redis.url));
  });

  afterAll(() => stopApps(apps));

  test('flushed: the upload completes by itself', () =>
    completesThough(database, client, 1, () => redis.flushAll()));

  test('flushed while calls keep coming: they do not hide that the lane is gone', async () => {
    const campaign = 3;
    await client.putCampaign(VDN, campaign, {
      admissionIntervalMs: FIRST_INTERVAL_MS,
      batchSize: 1,
    });
    const upload = await client.upload(VDN, campaign, records(random, BATCHES));
    const batchesDone = async () => (await client.getUpload(upload.id)).batches.done;
    await waitFor(batchesDone, { what: 'the first batch' });
    await redis.flushAll();
    await shortenInterval(database, campaign);
    // One call after the other, for as long as the upload lasts: whenever the campaign lets it, a call is admitted.
    const ended = { yet: false };
    const calls = (async () => {
      let admitted = 0;
      while (!ended.yet) {
        const answer = await client.call(VDN, campaign, records(random, 1));
        if (answer.json().resultCode === '0200000') admitted++;
      }
      return admitted;
    })();
    const finished = client.finished(upload.id).finally(() => (ended.yet = true));
    expect(await finished).toMatchObject({ state: 'completed' });
    expect(await calls).toBeGreaterThan(0);
    await expectBalancedBooks(database);
  });

  test('killed, and started again empty: the upload completes by itself', () =>
    completesThough(database, client, 2, async () => {
      await redis.kill();
      redis = await startRedis({ port: redis.port });
    }));
});

describe('queues in Postgres that are emptied in the middle of an upload', () => {
  let database: TestDatabase;
  let client: ApiClient;
  let apps: AppProcess[];

  beforeAll(async () => {
    database = await createTestDatabase();
    [client, apps] = await startAll(serviceEnv(database.url));
  });

  afterAll(() => stopApps(apps));

  test('the upload completes by itself', () =>
    completesThough(database, client, 1, async () => {
      const tables = await database.query<{ name: string }>(
        `SELECT 'bullmq.' || quote_ident(tablename) AS name
           FROM pg_tables WHERE schemaname = 'bullmq' AND tablename <> 'migration'`,
      );
      expect(tables.map(({ name }) => name)).toContain('bullmq.job');
      const truncate = `TRUNCATE ${tables.map(({ name }) => name).join(', ')}`;
      await waitFor(() => database.query(truncate).then(() => true, isDeadlock), {
        what: 'the tables to be emptied',
      });
    }));
});

/** The tables are locked one after the other, while workers lock them in another order: somebody has to give way. */
function isDeadlock(error: unknown): false {
  if ((error as { code?: unknown }).code !== '40P01') throw error;
  return false;
}
