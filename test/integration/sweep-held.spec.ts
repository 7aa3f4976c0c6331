import { expect, test } from '@jest/globals';
import { sweep, wakeOverdueLanes } from '#ingestion';
import { Database } from '#persistence';
import type { LaneQueue } from '#queue';
import { createTestDatabase } from '../support/database.ts';
import { HeldCampaign } from '../support/held-campaign.ts';
import { putDownUpload } from '../support/staged.ts';

const HELD = 1;
const FREE = 2;

test('a campaign that somebody holds keeps the sweep from no other one', async () => {
  const database = await createTestDatabase();
  const service = new Database({
    url: database.url,
    poolSize: 2,
    applicationName: 'sweep',
    onIdleError: () => undefined,
  });
  const woken: number[] = [];
  const lanes: Pick<LaneQueue, 'hurry' | 'wakeSoon'> = {
    hurry: ({ campaignId }) => Promise.resolve(void woken.push(campaignId)),
    wakeSoon: () => undefined,
  };
  const swept = () =>
    sweep(service, lanes as LaneQueue, (error) => {
      throw error;
    });
  const statuses = () =>
    database.query('SELECT campaign_id::int AS campaign, status FROM records ORDER BY id');
  await database.query(
    `INSERT INTO campaigns (vdn_id, id, admission_interval_ms, incomplete)
     SELECT 1, n, 0, 1 FROM unnest($1::int[]) AS n`,
    [[HELD, FREE]],
  );
  await database.query(
    `INSERT INTO records (id, vdn_id, campaign_id, created_at, line, priority, source, recycle_at)
     SELECT 1000 + n, 1, n, now() - interval '2 hours', n, 3, '{}', now() - interval '1 hour'
       FROM unnest($1::int[]) AS n`,
    [[HELD, FREE]],
  );
  await putDownUpload(service.pool, FREE, 1);
  await database.query(`UPDATE uploads SET queued_at = now() - interval '1 hour'`);

  const held = await HeldCampaign.hold(database, 1, HELD);
  expect(await swept()).toMatchObject({ recycled: 1 });
  expect(await wakeOverdueLanes(service, lanes as LaneQueue)).toBe(1);
  expect(woken).toEqual([FREE]);
  expect(await statuses()).toEqual([
    { campaign: HELD, status: 'waiting' },
    { campaign: FREE, status: 'recycled' },
  ]);
  await held.letGo();
  expect(await swept()).toMatchObject({ recycled: 1 });
  await service.close();
});
