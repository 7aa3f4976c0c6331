import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { Answer } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { useServers } from '../support/backends.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';

const VDN = 1;
const KINDS = ['call', 'respond-async', 'upload'] as const;
type Kind = (typeof KINDS)[number];

// No queue is in the way of what is tested here: one backend will do.
describe('an API that does not hear that a request is put down, and lives', () => {
  const servers = useServers({ name: 'postgres' });
  const random = seededRandom();
  let proxy: PostgresProxy;
  let apps: AppProcess[] = [];
  let client: ApiClient;
  let keys = 0;

  beforeAll(async () => {
    proxy = await PostgresProxy.start(servers.database.url);
    const [api, worker] = await Promise.all([
      startApp('api', { ...servers.env, DATABASE_URL: proxy.url }),
      // Whatever is removed here, no sweep has done it.
      startApp('worker', { ...servers.env, SWEEP_INTERVAL_MS: '60000' }),
    ]);
    apps = [api, worker];
    client = new ApiClient(api.url);
    await client.putCampaign(VDN, 1, unpaced());
  });

  afterAll(() => stopApps(apps));

  function request(kind: Kind): () => Promise<Answer> {
    keys += 1;
    const list = records(random, 2);
    const headers = { 'idempotency-key': `key ${keys}` };
    const json = { callDataList: list };
    if (kind === 'upload') {
      return () => client.send('POST', `/v1/vdns/${VDN}/campaigns/1/uploads`, { json, headers });
    }
    const prefer = kind === 'call' ? {} : { prefer: 'respond-async' };
    return () => client.call(VDN, 1, list, { json, headers: { ...headers, ...prefer } });
  }

  const cutAt = (text: string, when: 'before' | 'after') =>
    proxy.intercept({
      matching: ({ sql }) => sql.some((one) => one.includes(text)),
      nth: 1,
      when,
      run: () => 'cut',
    });

  async function expectTaken(answer: Answer, kind: Kind): Promise<void> {
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([
      kind === 'call' ? 200 : 202,
      null,
    ]);
    const location = answer.headers.get('location');
    if (location !== null) await client.finished(location.split('/').at(-1) ?? '');
    await expectBalancedBooks(servers.database);
  }

  const uploads = async (): Promise<number> =>
    (await servers.database.query('SELECT 1 FROM uploads')).length;

  test.each(KINDS)(
    'removes it before it answers, so that the key of a %s is free',
    async (kind) => {
      const before = await uploads();
      const send = request(kind);
      const cut = cutAt('INSERT INTO uploads', 'after');
      expect((await send()).status).toBe(503);
      await cut;
      expect(await uploads()).toBe(before);
      await expectTaken(await send(), kind);
      expect(await uploads()).toBe(before + 1);
    },
  );

  test.each(KINDS)(
    'and cannot remove it: the key of a %s is free when its time is over',
    async (kind) => {
      const before = await uploads();
      const send = request(kind);
      const cuts = [cutAt('INSERT INTO uploads', 'after'), cutAt('DELETE FROM uploads', 'before')];
      expect((await send()).status).toBe(503);
      await Promise.all(cuts);
      expect((await send()).status).toBe(409);
      await servers.database.query(
        `UPDATE uploads SET receiving_until = clock_timestamp() WHERE state = 'receiving'`,
      );
      await expectTaken(await send(), kind);
      expect(await uploads()).toBe(before + 1);
    },
  );
});
