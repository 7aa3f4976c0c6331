import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, startWorkers, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { records } from '../support/factories.ts';
import { admissions, expectBalancedBooks, shortestGap } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;
const INTERVAL_MS = 1_000;

describe.each(queueBackends)('the pace of calls, with queues on $name', (backend) => {
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

  const acceptedBy = async (upload: string): Promise<number> =>
    (await client.getUpload(upload)).counts.accepted;

  test('a refused call does not move the clock, and says when to come again', async () => {
    await client.putCampaign(VDN, 1, { admissionIntervalMs: 60_000 });
    const clock = () =>
      servers.database.query('SELECT last_admission_at, incomplete FROM campaigns WHERE id = 1');
    expect((await client.call(VDN, 1, records(random, 2))).json().resultCode).toBe('0200000');
    const before = await clock();
    const refused = await client.call(VDN, 1, records(random, 2));
    expect(refused.json().resultCode).toBe('0200022');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(await clock()).toEqual(before);
    await expectBalancedBooks(servers.database);
  });

  test('many calls at once: one is admitted, the others are refused', async () => {
    await client.putCampaign(VDN, 2, { admissionIntervalMs: 60_000 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => client.call(VDN, 2, records(random, 1))),
    );
    expect(answers.map((answer) => answer.json().resultCode).sort()).toEqual([
      '0200000',
      ...Array<string>(11).fill('0200022'),
    ]);
    expect(await admissions(servers.database, VDN, 2)).toHaveLength(1);
    await expectBalancedBooks(servers.database);
  });

  test('a call that comes after a batch waits for the next slot, which is its own; a second one is refused', async () => {
    // The slot does not come before it is let: a second call comes while the first one waits for it.
    await client.putCampaign(VDN, 3, { admissionIntervalMs: 60_000, batchSize: 5 });
    const upload = await client.upload(VDN, 3, records(random, 10));
    await waitFor(() => acceptedBy(upload.id), { what: 'the first batch' });

    // Whoever was ever given a slot: the second call must not even have been in line for one.
    await servers.database.query(
      `CREATE TABLE reserved (call uuid);
       CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         INSERT INTO reserved VALUES (NEW.reserved_for);
         RETURN NULL;
       END $$;
       CREATE TRIGGER note AFTER UPDATE ON campaigns FOR EACH ROW
         WHEN (NEW.id = 3 AND NEW.reserved_for IS NOT NULL) EXECUTE FUNCTION note()`,
    );

    const waiting = client.call(VDN, 3, records(random, 1));
    const reserved = () =>
      servers.database.query('SELECT 1 FROM campaigns WHERE id = 3 AND reserved_for IS NOT NULL');
    await waitFor(async () => (await reserved()).length > 0, { what: 'the reserved slot' });

    const second = await client.call(VDN, 3, records(random, 1));
    expect(second.json().resultCode).toBe('0200022');
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await client.putCampaign(VDN, 3, { admissionIntervalMs: INTERVAL_MS });
    expect((await waiting).json().resultCode).toBe('0200000');

    expect((await client.finished(upload.id)).state).toBe('completed');
    const admitted = await admissions(servers.database, VDN, 3);
    expect(admitted.map(({ mode }) => mode)).toEqual(['async', 'sync', 'async']);
    expect(shortestGap(admitted)).toBeGreaterThanOrEqual(INTERVAL_MS);
    expect(
      await servers.database.query('SELECT count(DISTINCT call)::int AS calls FROM reserved'),
    ).toEqual([{ calls: 1 }]);
    await expectBalancedBooks(servers.database);
  });

  test('an upload that uses every slot starves no calls, nor they it', async () => {
    const calls = 5;
    await client.putCampaign(VDN, 4, { admissionIntervalMs: 300, batchSize: 1 });
    const upload = await client.upload(VDN, 4, records(random, 500));
    for (let made = 0; made < calls; made += 1) {
      // After a batch a call is never refused for its pace; after another call it might be.
      const before = await acceptedBy(upload.id);
      await waitFor(async () => (await acceptedBy(upload.id)) > before, { what: 'another batch' });
      expect((await client.call(VDN, 4, records(random, 1))).json().resultCode).toBe('0200000');
    }
    // Enough seen: the rest is refused.
    await client.putCampaign(VDN, 4, { state: 'completed' });
    const { state, counts } = await client.finished(upload.id);
    expect({ state, pending: counts.pending }).toEqual({
      state: 'completed_with_errors',
      pending: 0,
    });
    const admitted = await admissions(servers.database, VDN, 4);
    expect(admitted.filter(({ mode }) => mode === 'sync')).toHaveLength(calls);
    expect(admitted.length).toBe(calls + counts.accepted);
    expect(shortestGap(admitted)).toBeGreaterThanOrEqual(300);
    await expectBalancedBooks(servers.database);
  });
});
