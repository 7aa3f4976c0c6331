import { expect, test } from '@jest/globals';
import { CallQueue, LaneQueue, LANES, QueueBackend } from '#queue';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import { records } from '../support/factories.ts';
import { openQueue } from '../support/queues.ts';
import { seededRandom } from '../support/random.ts';
import { startRedis } from '../support/redis.ts';
import { waitFor } from '../support/time.ts';

const random = seededRandom();

test('nothing waits in memory to be put into a Redis that is away; lanes are woken when it is back', async () => {
  const database = await createTestDatabase();
  const redis = await startRedis();
  const backend = new QueueBackend({
    redisUrl: redis.url,
    databaseUrl: database.url,
    onError: () => undefined,
  });
  await backend.probe();
  const [lanes, calls] = [new LaneQueue(backend), new CallQueue(backend)];
  const lane = { vdnId: 1, campaignId: 1 };
  const call = { ...lane, callId: 'a' };
  await redis.kill();
  await waitFor(() => backend.isAway, { what: 'the loss to be noticed' });
  await Promise.all([lanes.wake(lane), lanes.hurry(lane), calls.enqueue(call), calls.hurry(call)]);

  await startRedis({ port: redis.port });
  const seen = await openQueue({ database, redisUrl: redis.url }, LANES);
  const jobs = () => seen.getWaiting();
  await waitFor(async () => (await jobs()).length > 0, { what: 'the lane to be woken' });
  expect((await jobs()).map(({ data }) => data)).toEqual([lane]);
  await Promise.all([lanes.close(), calls.close()]);
  await backend.close();
});

test('what time alone brings about goes on while Redis is away', async () => {
  const database = await createTestDatabase();
  const redis = await startRedis();
  const app = await startApp('standalone', serviceEnv(database.url, redis.url));
  const client = new ApiClient(app.url);
  await client.putCampaign(1, 1, { admissionIntervalMs: 60_000, batchSize: 5 });
  const { id } = await client.upload(1, 1, records(random, 10));
  await waitFor(async () => (await client.getUpload(id)).batches.done === 1, {
    what: 'the first batch',
  });
  await redis.kill();
  // The lane is overdue from now on, and cannot be woken.
  await database.query('UPDATE campaigns SET admission_interval_ms = 0');
  // One after the other: sweeps go on also when lanes have been found overdue.
  for (const { id: record } of await database.query<{ id: bigint }>('SELECT id FROM records')) {
    await database.query(
      `UPDATE records SET recycle_at = now() - interval '1 second' WHERE id = $1`,
      [record],
    );
    const recycled = () =>
      database.query(`SELECT 1 FROM records WHERE id = $1 AND status = 'recycled'`, [record]);
    await waitFor(async () => (await recycled()).length === 1, { what: 'its being recycled' });
  }
  await app.process.stop();
});
