import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { records } from '../support/factories.ts';
import { admissions, expectBalancedBooks, shortestGap } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { pointsOf, startVictim, STEPS } from '../support/victims.ts';

const VDN = 1;
const INTERVAL_MS = 200;

describe.each(queueBackends)(
  'a worker killed at any step of a batch, with queues on $name',
  (backend) => {
    const servers = useServers(backend);
    const random = seededRandom();
    let api: AppProcess;
    let client: ApiClient;

    beforeAll(async () => {
      api = await startApp('api', servers.env);
      client = new ApiClient(api.url);
    });

    afterAll(() => stopApps([api]));

    test('nothing is lost or doubled, another worker goes on', async () => {
      const uploads = [];
      for (const [index, point] of pointsOf(STEPS.batch).entries()) {
        const { killed } = await startVictim(servers, STEPS.batch, point);
        const settings = { admissionIntervalMs: INTERVAL_MS, batchSize: 5 };
        await client.putCampaign(VDN, 1 + index, settings);
        uploads.push(await client.upload(VDN, 1 + index, records(random, 15)));
        // It dies of this upload or of one before, whose job has come back from a dead worker.
        await killed;
        await expectBalancedBooks(servers.database);
      }
      const survivor = await startApp('worker', servers.env, 'survivor');
      for (const [index, { id }] of uploads.entries()) {
        const { state, counts } = await client.finished(id, 60_000);
        expect({ state, accepted: counts.accepted }).toEqual({ state: 'completed', accepted: 15 });
        const lines = (await client.receipts(id)).map(({ line, dataId }) => ({ line, dataId }));
        expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
        expect(new Set(lines.map(({ dataId }) => dataId)).size).toBe(15);
        const admitted = await admissions(servers.database, VDN, 1 + index);
        expect(admitted.map(({ records: size }) => size)).toEqual([5, 5, 5]);
        expect(shortestGap(admitted)).toBeGreaterThanOrEqual(INTERVAL_MS);
      }
      await expectBalancedBooks(servers.database);
      await stopApps([survivor]);
      // One worker after the other is started and killed: on a busy machine that takes minutes.
    }, 600_000);
  },
);
