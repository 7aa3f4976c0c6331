import { expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import { startRedis } from '../support/redis.ts';

test('SIGTERM while Redis is away ends an idle API, worker and standalone by themselves, with 0', async () => {
  const database = await createTestDatabase();
  const redis = await startRedis();
  const env = { ...serviceEnv(database.url, redis.url), SHUTDOWN_SECONDS: '60' };
  const apps = await Promise.all([
    startApp('api', env),
    startApp('worker', env),
    startApp('standalone', env),
  ]);
  // So that the queue of lanes has been used, and something waits for Redis when it is gone.
  const client = new ApiClient(apps[0].url);
  await client.putCampaign(1, 1);
  await redis.kill();
  await client.putCampaign(1, 1, { admissionIntervalMs: 1000 });

  for (const { process } of apps) process.signal('SIGTERM');
  for (const { process } of apps) await process.expectExit(0);
  for (const { process } of apps) expect(process.output()).not.toContain('Unhandled');
});
