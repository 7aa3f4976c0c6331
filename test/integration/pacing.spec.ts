import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LANES } from '#queue';
import { ApiClient } from '../support/api-client.ts';
import { startApp, startWorkers, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { records } from '../support/factories.ts';
import { admissions, expectBalancedBooks, shortestGap } from '../support/ledger.ts';
import { openQueue } from '../support/queues.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;

describe.each(queueBackends)('the pace of uploads, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  let apps: AppProcess[];
  let client: ApiClient;

  beforeAll(async () => {
    const [api, workers] = await Promise.all([
      startApp('api', servers.env),
      startWorkers(3, servers.env),
    ]);
    apps = [api, ...workers];
    client = new ApiClient(api.url);
  });

  afterAll(() => stopApps(apps));

  test('three workers on one campaign never admit two batches within its interval', async () => {
    const campaign = { vdnId: VDN, campaignId: 1 };
    const settings = { admissionIntervalMs: 250, batchSize: 20 };
    await client.putCampaign(VDN, campaign.campaignId, settings);
    // A lane has one job. With nine more, as if BullMQ had doubled them, every slot is fought for by all workers.
    const lanes = await openQueue(servers, LANES);
    const upload = await client.upload(VDN, campaign.campaignId, records(random, 200));
    await lanes.addBulk(Array.from({ length: 9 }, () => ({ name: 'lane', data: campaign })));

    expect((await client.finished(upload.id)).counts.accepted).toBe(200);
    const admitted = await admissions(servers.database, VDN, campaign.campaignId);
    expect(admitted.map(({ records: size }) => size)).toEqual(Array(10).fill(20));
    expect(shortestGap(admitted)).toBeGreaterThanOrEqual(250);
    await expectBalancedBooks(servers.database);
  });

  test('a lane that waits a minute for its slot goes on when the interval is shortened', async () => {
    await client.putCampaign(VDN, 2, { admissionIntervalMs: 60_000, batchSize: 10 });
    const upload = await client.upload(VDN, 2, records(random, 20));
    await waitFor(async () => (await client.getUpload(upload.id)).batches.done === 1, {
      what: 'the first batch',
    });
    await client.putCampaign(VDN, 2, { admissionIntervalMs: 0 });
    expect((await client.finished(upload.id)).counts.accepted).toBe(20);
  });

  test('two uploads at once to each of 30 campaigns: each keeps its own interval, in the order received', async () => {
    const campaigns = Array.from({ length: 30 }, (_, index) => ({
      id: 100 + index,
      intervalMs: 150 + 20 * index,
    }));
    const uploads = await Promise.all(
      campaigns.map(async ({ id, intervalMs }) => {
        await client.putCampaign(VDN, id, { admissionIntervalMs: intervalMs, batchSize: 4 });
        const first = await client.upload(VDN, id, records(random, 12));
        return [first, await client.upload(VDN, id, records(random, 6))] as const;
      }),
    );
    const ended = await Promise.all(uploads.flat().map(({ id }) => client.finished(id, 60_000)));
    expect(ended.map(({ state }) => state)).toEqual(Array(60).fill('completed'));
    for (const { id, intervalMs } of campaigns) {
      const admitted = await admissions(servers.database, VDN, id);
      expect(admitted.map(({ records: size }) => size)).toEqual([4, 4, 4, 4, 2]);
      expect(shortestGap(admitted)).toBeGreaterThanOrEqual(intervalMs);
    }
    await expectBalancedBooks(servers.database);
  });
});
