import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { records } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { pointsOf, startVictim, STEPS } from '../support/victims.ts';

const VDN = 1;

describe.each(queueBackends)(
  'a worker killed at any step of a call, with queues on $name',
  (backend) => {
    const servers = useServers(backend);
    const random = seededRandom();
    let api: AppProcess;
    let client: ApiClient;

    beforeAll(async () => {
      // The calls wait for the death of all victims, and then for their jobs to be given to another worker.
      api = await startApp('api', { ...servers.env, SYNC_WAIT_MS: '300000' });
      client = new ApiClient(api.url);
    });

    afterAll(() => stopApps([api]));

    test('it is answered by what is in the database, once', async () => {
      const answers = [];
      for (const [index, point] of pointsOf(STEPS.call).entries()) {
        const { killed } = await startVictim(servers, STEPS.call, point);
        await client.putCampaign(VDN, 101 + index, { admissionIntervalMs: 60_000 });
        answers.push(client.call(VDN, 101 + index, records(random, 3)));
        await killed;
        await expectBalancedBooks(servers.database);
      }
      const survivor = await startApp('worker', servers.env, 'survivor');
      for (const [index, answer] of answers.entries()) {
        const { resultCode, returnObject } = (await answer).json();
        expect({ point: pointsOf(STEPS.call)[index], resultCode }).toEqual({
          point: pointsOf(STEPS.call)[index],
          resultCode: '0200000',
        });
        const kept = await servers.database.query<{ id: string }>(
          'SELECT id::text FROM records WHERE campaign_id = $1 ORDER BY id',
          [101 + index],
        );
        expect(kept.map(({ id }) => id)).toEqual(
          returnObject?.dataIdList.map(({ dataId }) => dataId),
        );
        expect(kept).toHaveLength(3);
      }
      await expectBalancedBooks(servers.database);
      await stopApps([survivor]);
      // One worker after the other is started and killed: on a busy machine that takes minutes.
    }, 600_000);
  },
);
