import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, startWorkers, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import type { TestDatabase } from '../support/database.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';

const VDN = 1;
const CALLS = 50;

/** Records that were admitted at some time before, and are not complete. Their IDs are far below those of today. */
async function fill(database: TestDatabase, campaign: number, count: number): Promise<void> {
  await database.query(
    `INSERT INTO records (id, vdn_id, campaign_id, created_at, line, priority, source)
     SELECT $2::bigint * 1000000 + n, $1, $2, now() - interval '1 hour', n, 3, '{}'
       FROM generate_series(1, $3::int) AS n`,
    [VDN, campaign, count],
  );
  await database.query('UPDATE campaigns SET incomplete = $3 WHERE vdn_id = $1 AND id = $2', [
    VDN,
    campaign,
    count,
  ]);
}

describe.each(queueBackends)('the cap, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  let apps: AppProcess[];
  let client: ApiClient;

  beforeAll(async () => {
    const [api, workers] = await Promise.all([
      startApp('api', servers.env),
      startWorkers(2, servers.env),
    ]);
    apps = [api, ...workers];
    client = new ApiClient(api.url);
  });

  afterAll(() => stopApps(apps));

  // At 200,000 the database's own constraint is a second wall; below, the room worked out under the lock is alone.
  test.each([
    { campaign: 1, max: 200_000, before: 199_990 },
    { campaign: 2, max: 1_000, before: 990 },
  ])(
    `${CALLS} calls at once at $before of $max: what fits is admitted, and nothing else`,
    async ({ campaign, max, before }) => {
      await client.putCampaign(VDN, campaign, unpaced({ maxIncomplete: max }));
      await fill(servers.database, campaign, before);

      const sizes = Array.from({ length: CALLS }, (_, call) =>
        call < 10 ? 1 : random.between(1, 3),
      );
      const answers = await Promise.all(
        sizes.map(async (size) => {
          const { resultCode, returnObject } = (
            await client.call(VDN, campaign, records(random, size))
          ).json();
          return { size, resultCode, ids: returnObject?.dataIdList.map(({ dataId }) => dataId) };
        }),
      );

      const admitted = answers.filter(({ resultCode }) => resultCode === '0200000');
      const refused = answers.filter(({ resultCode }) => resultCode === '0200020');
      expect(admitted.length + refused.length).toBe(CALLS);
      // Ten calls have one record each, so no place can be left over.
      expect(admitted.reduce((sum, { size }) => sum + size, 0)).toBe(max - before);

      const ids = admitted.flatMap((answer) => answer.ids ?? []);
      expect(new Set(ids).size).toBe(max - before);
      const kept = await servers.database.query<{ id: string }>(
        `SELECT id::text FROM records WHERE campaign_id = $1 AND created_at > now() - interval '30 minutes'`,
        [campaign],
      );
      expect(kept.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(
        await servers.database.query('SELECT incomplete FROM campaigns WHERE id = $1', [campaign]),
      ).toEqual([{ incomplete: max }]);
      // A refused call leaves nothing behind.
      expect(
        await servers.database.query(
          'SELECT count(*)::int AS uploads FROM uploads WHERE campaign_id = $1',
          [campaign],
        ),
      ).toEqual([{ uploads: admitted.length }]);
      await expectBalancedBooks(servers.database);
    },
  );
});
