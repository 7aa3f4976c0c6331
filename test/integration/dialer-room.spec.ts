import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, startWorkers, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { lease, report } from '../support/dialer.ts';
import type { Report } from '../support/dialer.ts';
import { patientUrl } from '../support/database.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;

/** A time that has long passed, and one that never comes while a test runs. */
const PAST = '2020-01-01 00:00:00';
const FUTURE = '2099-01-01 00:00:00';

describe.each(queueBackends)('room that dialers make, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  let api: AppProcess;
  let client: ApiClient;

  beforeAll(async () => {
    // Here many wait for each other: on a busy machine longer than a report otherwise does.
    api = await startApp('api', { ...servers.env, DATABASE_URL: patientUrl(servers.database.url) });
    client = new ApiClient(api.url);
  });

  afterAll(() => stopApps([api]));

  const accepted = (id: string, count: number): Promise<unknown> =>
    waitFor(async () => (await client.getUpload(id)).counts.accepted === count, {
      what: `${count} records to be accepted`,
      pollMs: 20,
    });

  test('results and removals wake an upload that waits, without a sweep', async () => {
    const worker = await startApp('worker', { ...servers.env, SWEEP_INTERVAL_MS: '60000' });
    await client.putCampaign(VDN, 1, unpaced({ maxIncomplete: 4, batchSize: 3 }));
    const { id } = await client.upload(VDN, 1, records(random, 12));
    await client.inState(id, 'waiting_capacity');
    await accepted(id, 4);

    const leased = await lease(client, VDN, 1, { limit: 3, leaseSeconds: 3_600 });
    const [first, second, third] = leased.map(({ dataId }) => dataId);
    // What is put back makes no room.
    await report(client, VDN, [
      { dataId: first ?? '', result: 'completed' },
      { dataId: second ?? '', result: 'failed' },
      { dataId: third ?? '', result: 'release' },
    ]);
    await accepted(id, 6);
    await client.inState(id, 'waiting_capacity');
    const removed = await client.send('DELETE', `/v1/vdns/${VDN}/calldata/${third ?? ''}`);
    expect(removed.status).toBe(204);
    await accepted(id, 7);

    while ((await client.getUpload(id)).counts.pending > 0) {
      const next = await lease(client, VDN, 1, { limit: 4, leaseSeconds: 3_600 });
      await report(
        client,
        VDN,
        next.map(({ dataId }) => ({ dataId, result: 'completed' })),
      );
    }
    expect(await client.finished(id)).toMatchObject({ state: 'completed' });
    await expectBalancedBooks(servers.database);
    await stopApps([worker]);
  });

  test('records past their recycleTime are taken out, leased ones when their lease has run out', async () => {
    const worker = await startApp('worker', { ...servers.env, SWEEP_INTERVAL_MS: '200' });
    await client.putCampaign(VDN, 2, unpaced({ maxIncomplete: 6 }));
    const list = records(random, 8).map((sent, place) => ({
      ...sent,
      recycleTime: place < 6 ? FUTURE : PAST,
    }));
    const { id } = await client.upload(VDN, 2, list);
    await client.inState(id, 'waiting_capacity');
    await accepted(id, 6);
    const leased = await lease(client, VDN, 2, { limit: 2, leaseSeconds: 3_600 });
    const [held = '', expiring = ''] = leased.map(({ dataId }) => dataId);
    await servers.database.query(
      `UPDATE records
          SET recycle_at = now() - interval '1 second',
              leased_until = CASE WHEN id = $1 THEN now() ELSE leased_until END
        WHERE campaign_id = 2`,
      [expiring],
    );
    // Four that wait and the one whose lease has run out; the room is for the two that are left, whose time has passed too.
    await client.finished(id);
    const stats = (): Promise<Readonly<Record<string, number>>> =>
      client
        .get<{ records: { byStatus: Record<string, number> } }>(`/v1/vdns/${VDN}/campaigns/2/stats`)
        .then((answer) => answer.json().records.byStatus);
    await waitFor(async () => (await stats()).recycled === 7, { what: 'seven to be recycled' });
    expect(await stats()).toMatchObject({ waiting: 0, leased: 1, recycled: 7, deleted: 0 });
    expect(await report(client, VDN, [{ dataId: expiring, result: 'completed' }])).toEqual([
      'conflict',
    ]);
    // Who holds a lease may still call, and say so.
    expect(await report(client, VDN, [{ dataId: held, result: 'completed' }])).toEqual(['applied']);
    await expectBalancedBooks(servers.database);
    await stopApps([worker]);
  });

  test('everything at once: reports in any order, leases that run out, removals, recycling, uploads', async () => {
    const workers = await startWorkers(2, { ...servers.env, SWEEP_INTERVAL_MS: '100' });
    const campaigns = [11, 12, 13];
    for (const campaign of campaigns) {
      await client.putCampaign(VDN, campaign, unpaced({ maxIncomplete: 150, batchSize: 40 }));
    }
    const uploads = await Promise.all(
      campaigns.map((campaign) =>
        client.upload(
          VDN,
          campaign,
          records(random, 600).map((sent) => ({
            ...sent,
            ...(random.between(1, 8) === 1 ? { recycleTime: PAST } : {}),
          })),
        ),
      ),
    );
    /** Leased at some time, by whomever: others report them too, and so in conflict. */
    const seen: string[] = [];
    let over = false;
    const counts = { applied: 0, repeated: 0, conflict: 0, unknown: 0 };
    const dial = async (): Promise<void> => {
      while (!over) {
        const taken: string[] = [];
        for (const campaign of campaigns) {
          const leased = await lease(client, VDN, campaign, {
            limit: random.between(1, 40),
            leaseSeconds: random.pick([1, 3_600]),
          });
          taken.push(...leased.map(({ dataId }) => dataId));
        }
        seen.push(...taken);
        const others = Array.from({ length: seen.length > 0 ? 10 : 0 }, () => random.pick(seen));
        const mixed = [...taken, ...others].sort(() => random.next() - 0.5);
        const results = mixed.map((dataId): Report => ({
          dataId,
          result: random.pick(['completed', 'failed', 'failed', 'release']),
        }));
        for (const outcome of await report(client, VDN, results)) {
          counts[outcome as keyof typeof counts] += 1;
        }
        if (seen.length > 0) {
          await client.send('DELETE', `/v1/vdns/${VDN}/calldata/${random.pick(seen)}`);
        }
      }
    };
    // A deadlock, or a lock that is never let go, is a 5xx, which ends a dialer with an error.
    const dialing = Promise.all(Array.from({ length: 6 }, dial));
    const done = Promise.all(uploads.map(({ id }) => client.finished(id, 120_000))).finally(() => {
      over = true;
    });
    const [ended] = await Promise.all([done, dialing]);
    expect(ended.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed']);
    expect(counts.applied).toBeGreaterThan(0);
    expect(counts.conflict).toBeGreaterThan(0);
    expect(counts.unknown).toBe(0);
    await stopApps(workers);

    await expectBalancedBooks(servers.database);
    // What has ended stands on the counters, as often as it is in the table.
    const wrong = await servers.database.query(
      `SELECT c.id
         FROM campaigns c
         LEFT JOIN records r ON r.vdn_id = c.vdn_id AND r.campaign_id = c.id
        WHERE c.id = ANY ($1)
        GROUP BY c.vdn_id, c.id
       HAVING (c.completed, c.failed, c.recycled, c.deleted) IS DISTINCT FROM
              (count(*) FILTER (WHERE r.status = 'completed'), count(*) FILTER (WHERE r.status = 'failed'),
               count(*) FILTER (WHERE r.status = 'recycled'), count(*) FILTER (WHERE r.status = 'deleted'))`,
      [campaigns],
    );
    expect(wrong).toEqual([]);
  });
});

describe('more than one sweep does', () => {
  const servers = useServers({ name: 'postgres' });

  test('is gone on with at once', async () => {
    await servers.database.query(
      'INSERT INTO campaigns (vdn_id, id, incomplete) VALUES ($1, 1, 51500)',
      [VDN],
    );
    await servers.database.query(
      `INSERT INTO records (id, vdn_id, campaign_id, created_at, line, priority, source, recycle_at)
       SELECT 1000000000000000000 + n, $1, 1, now(), n, 3, '{"called":[]}', now()
         FROM generate_series(1, 51500) AS n`,
      [VDN],
    );
    const worker = await startApp('worker', { ...servers.env, SWEEP_INTERVAL_MS: '60000' });
    await waitFor(
      async () => {
        const [row] = await servers.database.query<{ recycled: number }>(
          'SELECT recycled::int FROM campaigns',
        );
        return row?.recycled === 51_500;
      },
      { what: 'all records to be recycled', timeoutMs: 45_000, pollMs: 100 },
    );
    await expectBalancedBooks(servers.database);
    await stopApps([worker]);
  });
});
