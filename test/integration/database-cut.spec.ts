import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, startWorkers, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { records } from '../support/factories.ts';
import { admissions, expectBalancedBooks, shortestGap } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;
const INTERVAL_MS = 400;

describe.each(queueBackends)(
  'connections to Postgres that break, with queues on $name',
  (backend) => {
    const servers = useServers(backend);
    const random = seededRandom();
    let proxy: PostgresProxy;
    let apps: AppProcess[];
    let client: ApiClient;

    beforeAll(async () => {
      proxy = await PostgresProxy.start(servers.database.url);
      const env = { ...servers.env, DATABASE_URL: proxy.url };
      // The API that is asked how far the upload is has connections of its own, which nobody cuts.
      const [api, workers] = await Promise.all([
        startApp('api', servers.env),
        startWorkers(2, env),
      ]);
      apps = [api, ...workers];
      client = new ApiClient(api.url);
    });

    afterAll(() => stopApps(apps));

    async function cut(): Promise<void> {
      proxy.cut();
      return Promise.resolve();
    }

    async function restart(): Promise<void> {
      proxy.down();
      await waitFor(() => proxy.openConnections === 0, { what: 'the connections to be gone' });
      proxy.heal();
    }

    test.each([
      { campaign: 1, fault: 'cut', breakThem: cut },
      { campaign: 2, fault: 'cut, and new ones refused for a while', breakThem: restart },
    ])('in mid-upload, three times, $fault: it goes on', async ({ campaign, breakThem }) => {
      const settings = { admissionIntervalMs: INTERVAL_MS, batchSize: 5 };
      await client.putCampaign(VDN, campaign, settings);
      const upload = await client.upload(VDN, campaign, records(random, 50));
      const batchesDone = async () => (await client.getUpload(upload.id)).batches.done;
      for (let faults = 1; faults <= 3; faults += 1) {
        const before = await batchesDone();
        await waitFor(async () => (await batchesDone()) > before, {
          what: 'another batch',
          timeoutMs: 30_000,
        });
        await breakThem();
      }
      expect(await batchesDone()).toBeLessThan(10);
      expect(await client.finished(upload.id, 45_000)).toMatchObject({ state: 'completed' });
      const admitted = await admissions(servers.database, VDN, campaign);
      expect(admitted.map(({ records: size }) => size)).toEqual(Array(10).fill(5));
      expect(shortestGap(admitted)).toBeGreaterThanOrEqual(INTERVAL_MS);
      await expectBalancedBooks(servers.database);
    });
  },
);
