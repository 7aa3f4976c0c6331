import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';

const VDN = 1;

describe.each(queueBackends)('a verdict that does not arrive, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  let proxy: PostgresProxy;
  let apps: AppProcess[];
  let client: ApiClient;

  beforeAll(async () => {
    proxy = await PostgresProxy.start(servers.database.url);
    const [api, worker] = await Promise.all([
      startApp('api', { ...servers.env, DATABASE_URL: proxy.url }),
      startApp('worker', servers.env),
    ]);
    apps = [api, worker];
    client = new ApiClient(api.url);
    await client.putCampaign(VDN, 1, unpaced({ maxIncomplete: 4 }));
  });

  afterAll(() => stopApps(apps));

  const matching = ({ sql }: { sql: readonly string[] }): boolean =>
    sql.some((text) => text.includes('incomplete_after') && text.startsWith('SELECT'));

  test.each(['before', 'after'] as const)(
    'because the connection is cut %s it is read, is asked for again',
    async (when) => {
      for (const [count, code] of [
        [2, '0200000'],
        [5, '0200020'],
      ] as const) {
        const cut = proxy.intercept({ matching, nth: 1, when, run: () => 'cut' });
        const answer = await client.call(VDN, 1, records(random, count));
        await cut;
        expect([answer.status, answer.json().resultCode]).toEqual([200, code]);
      }
      await expectBalancedBooks(servers.database);
      const receiving = `SELECT 1 FROM uploads WHERE state = 'receiving'`;
      expect(await servers.database.query(receiving)).toEqual([]);
    },
  );
});
