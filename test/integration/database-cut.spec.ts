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
/** At that interval they are minutes: no fault comes too late. */
const BATCHES = 500;
const BATCH_SIZE = 2;

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
      const settings = { admissionIntervalMs: INTERVAL_MS, batchSize: BATCH_SIZE };
      await client.putCampaign(VDN, campaign, settings);
      const upload = await client.upload(VDN, campaign, records(random, BATCHES * BATCH_SIZE));
      const batchesDone = async () => (await client.getUpload(upload.id)).batches.done;
      const anotherBatch = async (): Promise<void> => {
        const before = await batchesDone();
        await waitFor(async () => (await batchesDone()) > before, { what: 'another batch' });
      };
      for (let faults = 1; faults <= 3; faults += 1) {
        await anotherBatch();
        await breakThem();
      }
      await anotherBatch();
      // Enough seen: the rest is refused.
      await client.putCampaign(VDN, campaign, { state: 'completed' });
      const { state, counts } = await client.finished(upload.id);
      expect({ state, pending: counts.pending }).toEqual({
        state: 'completed_with_errors',
        pending: 0,
      });
      const admitted = await admissions(servers.database, VDN, campaign);
      expect(admitted.map(({ records: size }) => size)).toEqual(
        Array(counts.accepted / BATCH_SIZE).fill(BATCH_SIZE),
      );
      expect(shortestGap(admitted)).toBeGreaterThanOrEqual(INTERVAL_MS);
      await expectBalancedBooks(servers.database);
    });
  },
);
