import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { useServers } from '../support/backends.ts';
import { lease, report, sendLease } from '../support/dialer.ts';
import type { Leased } from '../support/dialer.ts';
import { record, records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { newVdn, useService } from './service.ts';

// A sweep would take out what a lease is to pass over itself.
const service = useService(undefined, { SWEEP_INTERVAL_MS: '60000' });
const random = seededRandom();

/** A VDN whose campaign 1 has these records. */
async function campaignWith(list: readonly unknown[], client = service.client): Promise<number> {
  const vdn = newVdn();
  await client.putCampaign(vdn, 1, unpaced());
  await client.finished((await client.upload(vdn, 1, list)).id);
  return vdn;
}

const idsOf = (leased: readonly Leased[]): string[] => leased.map(({ dataId }) => dataId);

test('hands out by priority, then by age, each record as it was sent', async () => {
  const list = records(random, 300);
  const vdn = await campaignWith(list);
  const expected = [1, 2, 3, 4, 5].flatMap((priority) =>
    list.filter((sent) => sent.priority === String(priority)),
  );
  const leased: Leased[] = [];
  for (const limit of [1, 99, 150, 100]) {
    leased.push(...(await lease(service.client, vdn, 1, { limit, leaseSeconds: 3_600 })));
  }
  expect(
    leased.map(({ dataId, leasedUntil, ...sent }) => {
      expect(dataId).toMatch(/^\d{19}$/);
      expect(new Date(leasedUntil).toISOString()).toBe(leasedUntil);
      return sent;
    }),
  ).toEqual(expected);
  expect(new Set(idsOf(leased)).size).toBe(300);
  expect(await lease(service.client, vdn, 1)).toEqual([]);
});

test('leaves numbers as they were written, and lets no member of a record pass for ours', async () => {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  const theirs = '"called":[{"calledNo":"1","dataId":"8"}],"amount":12345678901234567890.10';
  const sent = `{"dataId":"7","leasedUntil":null,${theirs},"data\\u0049d":"9","status":"mine","line" : 5}`;
  const answer = await service.client.send<{ id: string }>(
    'POST',
    `/v1/vdns/${vdn}/campaigns/1/uploads`,
    { body: sent, headers: { 'content-type': 'application/x-ndjson' } },
  );
  const { id } = answer.json();
  await service.client.finished(id);
  const leased = await sendLease(service.client, vdn, 1, {});
  const { dataId = '', leasedUntil = '' } = leased.json().items[0] ?? {};
  expect(dataId).toMatch(/^\d{19}$/);
  // As a text: parsed, a member that is there twice would look as if it were there once.
  expect(leased.text).toBe(
    `{"items":[{${theirs},"status":"mine","line" : 5,"dataId":"${dataId}","leasedUntil":"${leasedUntil}"}]}`,
  );
  const found = await service.client.get<{ createdAt: string }>(
    `/v1/vdns/${vdn}/calldata/${dataId}`,
  );
  expect(found.text).toBe(
    `{"leasedUntil":null,${theirs},"dataId":"${dataId}","campaignId":1,"uploadId":"${id}","line":1,` +
      `"status":"leased","createdAt":"${found.json().createdAt}"}`,
  );
});

test('without members it is a hundred records for a minute', async () => {
  const vdn = await campaignWith(records(random, 101));
  const before = await now();
  const leased = await lease(service.client, vdn, 1);
  expect(leased).toHaveLength(100);
  const until = Date.parse(leased[0]?.leasedUntil ?? '');
  expect(until).toBeGreaterThanOrEqual(before + 60_000);
  expect(until).toBeLessThanOrEqual((await now()) + 60_000);
});

test('takes no further record once it has 16 MiB of them, and leaves the rest to the next', async () => {
  const bytes = 60_000;
  const list = records(random, 300).map((sent) => ({ ...sent, padding: 'x'.repeat(bytes) }));
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  const body = list.map((sent) => JSON.stringify(sent)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const path = `/v1/vdns/${vdn}/campaigns/1/uploads`;
  const upload = await service.client.send<{ id: string }>('POST', path, { body, headers });
  await service.client.finished(upload.json().id);
  const all = { limit: 2_000, leaseSeconds: 3_600 };
  const first = await lease(service.client, vdn, 1, all);
  const fits = (16 * 1024 * 1024) / bytes;
  expect(first.length).toBeGreaterThan(fits * 0.98);
  expect(first.length).toBeLessThan(fits + 1);
  const second = await lease(service.client, vdn, 1, all);
  expect(new Set(idsOf([...first, ...second])).size).toBe(300);
  const urgency = [...first, ...second].map(({ priority = '3' }) => priority);
  expect(urgency).toEqual(urgency.toSorted());
});

/** By the database's clock, in whole ms. */
async function now(): Promise<number> {
  const [row] = await service.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return row?.now.getTime() ?? NaN;
}

test.each([
  [{ limit: 0 }, '02000007', 'limit'],
  [{ limit: 2_001 }, '02000007', 'limit'],
  [{ limit: 10_000_000 }, '02000007', 'limit'],
  [{ limit: 1.5 }, '02000006', 'limit'],
  [{ limit: '5' }, '02000006', 'limit'],
  [{ leaseSeconds: 0 }, '02000007', 'leaseSeconds'],
  [{ leaseSeconds: 3_601 }, '02000007', 'leaseSeconds'],
  [{ limti: 5 }, '0200001', 'limti'],
  [[], '02000006', 'body'],
])('refuses %j with %s', async (members, code, place) => {
  const vdn = await campaignWith(records(random, 1));
  const answer = await sendLease(service.client, vdn, 1, members);
  expect(answer.status).toBe(400);
  expect(answer.json()).toMatchObject({ code });
  expect(answer.text).toContain(place);
  expect(await lease(service.client, vdn, 1)).toHaveLength(1);
});

test('there is no such campaign', async () => {
  const answer = await sendLease(service.client, newVdn(), 1, {});
  expect([answer.status, answer.json()]).toEqual([
    404,
    expect.objectContaining({ code: '0200007' }),
  ]);
});

test.each(['paused', 'completed', 'expired'] as const)(
  'a campaign that is %s hands out nothing, and goes on when it runs again',
  async (state) => {
    const vdn = await campaignWith(records(random, 3));
    await service.client.putCampaign(vdn, 1, { state });
    expect(await lease(service.client, vdn, 1)).toEqual([]);
    await service.client.putCampaign(vdn, 1, { state: 'running' });
    expect(await lease(service.client, vdn, 1)).toHaveLength(3);
  },
);

test('nobody is given what is past its recycleTime', async () => {
  const vdn = await campaignWith([
    record(random, 1, { recycleTime: '2020-01-01 00:00:00', priority: '1' }),
    record(random, 2, { recycleTime: '2099-01-01 00:00:00', priority: '2' }),
    record(random, 3, { priority: '3' }),
  ]);
  expect((await lease(service.client, vdn, 1)).map(({ priority }) => priority)).toEqual(['2', '3']);
});

test('many dialers at once: each record is given to one of them, none is left', async () => {
  const vdn = await campaignWith(records(random, 1_500));
  const given: string[] = [];
  const dial = async (): Promise<void> => {
    for (;;) {
      const limit = random.between(1, 60);
      const leased = await lease(service.client, vdn, 1, { limit, leaseSeconds: 3_600 });
      if (leased.length === 0) return;
      given.push(...idsOf(leased));
    }
  };
  await Promise.all(Array.from({ length: 12 }, dial));
  expect(given).toHaveLength(1_500);
  expect(new Set(given).size).toBe(1_500);
});

describe('a lease that runs out', () => {
  const servers = useServers({ name: 'postgres' });
  const list = Array.from({ length: 1_500 }, (_, place) =>
    record(random, place, { priority: '4' }),
  );
  const urgent = record(random, 1_500, { priority: '1' });
  const further = record(random, 1_501, { priority: '4' });
  let api: AppProcess;
  let client: ApiClient;
  let [ofMany, ofTwo, ofPriorities, other] = [0, 0, 0, 0];

  // The worker is gone when leases run out: its sweep would give back what a lease is to give back itself.
  beforeAll(async () => {
    const [worker, started] = await Promise.all([
      startApp('worker', servers.env),
      startApp('api', servers.env),
    ]);
    api = started;
    client = new ApiClient(api.url);
    ofMany = await campaignWith(records(random, 2_000), client);
    ofTwo = await campaignWith(records(random, 2), client);
    ofPriorities = await campaignWith([...list, urgent, further], client);
    other = await campaignWith(records(random, 1_500), client);
    await worker.process.stop();
  });

  afterAll(() => api.process.stop());

  test('gives all its records back at once, however many, without a sweep', async () => {
    const first = await lease(client, ofMany, 1, { limit: 2_000, leaseSeconds: 1 });
    expect(first).toHaveLength(2_000);
    expect(new Set(first.map(({ leasedUntil }) => leasedUntil)).size).toBe(1);
    const again = await waitFor(
      async () => {
        const leased = await lease(client, ofMany, 1, { limit: 2_000, leaseSeconds: 3_600 });
        return leased.length > 0 && leased;
      },
      { what: 'the lease to run out' },
    );
    expect(idsOf(again)).toEqual(idsOf(first));
    await expectBalancedBooks(servers.database);
  });

  test('puts its records back in their order, whoever else has let go of how many', async () => {
    await lease(client, other, 1, { limit: 1_500 });
    await lease(client, ofPriorities, 1, { limit: 1_501 });
    // The most urgent one was let go of last, and behind the others is one that nobody has had yet.
    await servers.database.query(
      `UPDATE records
          SET leased_until = now() - CASE priority WHEN 1 THEN 1 ELSE 60 END * interval '1 second'
        WHERE status = 'leased' AND vdn_id = ANY ($1)`,
      [[other, ofPriorities]],
    );
    const next = await lease(client, ofPriorities, 1, { limit: 1, leaseSeconds: 3_600 });
    expect(next.map(({ priority }) => priority)).toEqual(['1']);
    const rest = await lease(client, ofPriorities, 1, { limit: 2_000, leaseSeconds: 3_600 });
    expect(rest.map(({ called }) => called)).toEqual(
      [...list, further].map(({ called }) => called),
    );
    // Nothing of another VDN was touched for it.
    expect(
      await servers.database.query(
        'SELECT status::text, count(*)::int FROM records WHERE vdn_id = $1 GROUP BY status',
        [other],
      ),
    ).toEqual([{ status: 'leased', count: 1_500 }]);
    await expectBalancedBooks(servers.database);
  });

  test('leaves nothing for its dialer to report', async () => {
    const leased = idsOf(await lease(client, ofTwo, 1, { limit: 2, leaseSeconds: 3_600 }));
    const [first = '', second = ''] = leased;
    const path = (id: string): string => `/v1/vdns/${ofTwo}/calldata/${id}`;
    const statusOf = async (id: string): Promise<string> =>
      (await client.get<{ status: string }>(path(id))).json().status;
    expect(await statusOf(first)).toBe('leased');
    await servers.database.query(
      'UPDATE records SET leased_until = clock_timestamp() WHERE vdn_id = $1',
      [ofTwo],
    );
    expect(await statusOf(first)).toBe('waiting');
    expect(await report(client, ofTwo, [{ dataId: first, result: 'completed' }])).toEqual([
      'conflict',
    ]);
    // A record whose lease has run out is waiting: it can be taken out.
    expect((await client.send('DELETE', path(second))).status).toBe(204);
    expect(idsOf(await lease(client, ofTwo, 1))).toEqual([first]);
    await expectBalancedBooks(servers.database);
  });
});
