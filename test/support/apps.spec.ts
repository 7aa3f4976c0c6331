import { describe, expect, test } from '@jest/globals';
import { ApiClient } from './api-client.ts';
import { startApp } from './apps.ts';
import { queueBackends, useServers } from './backends.ts';
import { records, unpaced } from './factories.ts';
import { seededRandom } from './random.ts';

describe.each(queueBackends)('apps on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();

  test('start, take and work off an upload, and stop in order', async () => {
    const [api, worker] = await Promise.all([
      startApp('api', servers.env),
      startApp('worker', servers.env),
    ]);
    const client = new ApiClient(api.url);
    await client.putCampaign(1, 46, unpaced({ batchSize: 20 }));

    const { id } = await client.upload(1, 46, records(random, 50));
    expect(await client.finished(id)).toMatchObject({ state: 'completed' });
    const receipts = await client.receipts(id);
    expect(receipts.map(({ line, outcome }) => [line, outcome])).toEqual(
      Array.from({ length: 50 }, (_, index) => [index + 1, 'accepted']),
    );
    const verdict = await client.call(1, 46, records(random, 1));
    expect(verdict.json().resultCode).toBe('0200000');

    await Promise.all([api.process.stop(), worker.process.stop()]);
  });
});
