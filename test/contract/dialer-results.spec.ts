import { expect, test } from '@jest/globals';
import { lease, report } from '../support/dialer.ts';
import type { Report } from '../support/dialer.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';

const service = useService();
const random = seededRandom();

/** A VDN with so many leased records in campaign 1, and their IDs. */
async function leasedIn(vdn: number, count: number): Promise<string[]> {
  await service.client.putCampaign(vdn, 1, unpaced());
  await service.client.finished((await service.client.upload(vdn, 1, records(random, count))).id);
  const leased = await lease(service.client, vdn, 1, { limit: count, leaseSeconds: 3_600 });
  return leased.map(({ dataId }) => dataId);
}

const say = (vdn: number, dataId: string, result: Report['result']): Promise<string[]> =>
  report(service.client, vdn, [{ dataId, result }]);

const incomplete = async (vdn: number): Promise<number> =>
  (await service.client.get<{ incomplete: number }>(`/v1/vdns/${vdn}/campaigns/1`)).json()
    .incomplete;

test.each(['completed', 'failed'] as const)('%s ends a record, once', async (result) => {
  const vdn = newVdn();
  const [id = ''] = await leasedIn(vdn, 1);
  const other = result === 'completed' ? 'failed' : 'completed';
  expect(await incomplete(vdn)).toBe(1);
  expect(await say(vdn, id, result)).toEqual(['applied']);
  expect(await incomplete(vdn)).toBe(0);
  expect(await say(vdn, id, result)).toEqual(['repeated']);
  expect(await say(vdn, id, other)).toEqual(['conflict']);
  expect(await say(vdn, id, 'release')).toEqual(['conflict']);
  expect(await incomplete(vdn)).toBe(0);
  expect(await lease(service.client, vdn, 1)).toEqual([]);
});

test('release puts a record back, and a new lease makes it new', async () => {
  const vdn = newVdn();
  const [id = ''] = await leasedIn(vdn, 1);
  expect(await say(vdn, id, 'release')).toEqual(['applied']);
  expect(await say(vdn, id, 'release')).toEqual(['repeated']);
  expect(await say(vdn, id, 'completed')).toEqual(['conflict']);
  expect(await incomplete(vdn)).toBe(1);
  expect(await lease(service.client, vdn, 1)).toHaveLength(1);
  expect(await say(vdn, id, 'release')).toEqual(['applied']);
});

test('results of one request are applied in its order, also of one record', async () => {
  const vdn = newVdn();
  const [a = '', b = '', c = ''] = await leasedIn(vdn, 3);
  const outcomes = await report(service.client, vdn, [
    { dataId: c, result: 'release' },
    { dataId: a, result: 'completed' },
    { dataId: '1', result: 'completed' },
    { dataId: a, result: 'completed' },
    { dataId: b, result: 'failed' },
    { dataId: a, result: 'failed' },
    { dataId: c, result: 'completed' },
    { dataId: c, result: 'release' },
  ]);
  expect(outcomes).toEqual([
    'applied',
    'applied',
    'unknown',
    'repeated',
    'applied',
    'conflict',
    'conflict',
    'repeated',
  ]);
  expect(await incomplete(vdn)).toBe(1);
  await expectBalancedBooks(service.database);
});

test('a record that was never leased is in conflict; one of another VDN is unknown, and untouched', async () => {
  const vdn = newVdn();
  const other = newVdn();
  const [id = ''] = await leasedIn(vdn, 1);
  await service.client.putCampaign(other, 1, unpaced());
  expect(await say(other, id, 'completed')).toEqual(['unknown']);
  expect(await say(vdn, id, 'completed')).toEqual(['applied']);
  const { id: upload } = await service.client.upload(vdn, 1, records(random, 1));
  await service.client.finished(upload);
  const [receipt] = await service.client.receipts(upload);
  expect(await say(vdn, receipt?.dataId ?? '', 'completed')).toEqual(['conflict']);
  for (const method of ['GET', 'DELETE']) {
    const answer = await service.client.send(method, `/v1/vdns/${other}/calldata/${id}`);
    expect(answer.status).toBe(404);
  }
});

test('what is no data ID is the ID of none, and does not hold up the others', async () => {
  const vdn = newVdn();
  const [id = ''] = await leasedIn(vdn, 1);
  const none = ['', 'x', '1.5', '-1', `0${id}`, ` ${id}`, '9'.repeat(19), '9'.repeat(10_000), '\0'];
  const outcomes = await report(
    service.client,
    vdn,
    [...none, id].map((dataId) => ({ dataId, result: 'completed' })),
  );
  expect(outcomes).toEqual([...none.map(() => 'unknown'), 'applied']);
});

test.each<[string, unknown, string, string]>([
  ['an object', {}, '02000006', 'body'],
  ['no member', [{ dataId: '1', result: 'failed' }, {}], '02000001', '[1].dataId'],
  ['a number as ID', [{ dataId: 1, result: 'failed' }], '02000006', '[0].dataId'],
  ['no ID', [{ dataId: null, result: 'failed' }], '02000001', '[0].dataId'],
  ['an unknown result', [{ dataId: '1', result: 'busy' }], '02000007', '[0].result'],
  ['an unknown member', [{ dataId: '1', result: 'failed', at: 1 }], '0200001', '[0].at'],
  ['2,001', Array(2_001).fill({ dataId: '1', result: 'failed' }), '02000011', '2000'],
])('%s: 400', async (_, body, code, place) => {
  const vdn = newVdn();
  const answer = await service.client.send('POST', `/v1/vdns/${vdn}/calldata/results`, {
    json: body,
  });
  expect(answer.status).toBe(400);
  expect(answer.json()).toMatchObject({ code });
  expect(answer.text.replace('2,000', '2000')).toContain(place);
});

test('2,000 results are taken, and none', async () => {
  const vdn = newVdn();
  const ids = await leasedIn(vdn, 2_000);
  const results = ids.map((dataId) => ({ dataId, result: 'completed' as const }));
  expect(new Set(await report(service.client, vdn, results))).toEqual(new Set(['applied']));
  expect(new Set(await report(service.client, vdn, results))).toEqual(new Set(['repeated']));
  expect(await report(service.client, vdn, [])).toEqual([]);
  expect(await incomplete(vdn)).toBe(0);
  await expectBalancedBooks(service.database);
});

test('two results at once for one record: one is applied', async () => {
  const vdn = newVdn();
  for (const id of await leasedIn(vdn, 40)) {
    const outcomes = await Promise.all([say(vdn, id, 'completed'), say(vdn, id, 'failed')]);
    expect(outcomes.flat().sort()).toEqual(['applied', 'conflict']);
  }
  expect(await incomplete(vdn)).toBe(0);
  await expectBalancedBooks(service.database);
});

test('a record is shown with what became of it, and only a waiting one can be taken out', async () => {
  const vdn = newVdn();
  const [first = '', second = ''] = await leasedIn(vdn, 2);
  const path = (id: string): string => `/v1/vdns/${vdn}/calldata/${id}`;
  expect((await service.client.send('DELETE', path(first))).status).toBe(409);
  await report(service.client, vdn, [
    { dataId: first, result: 'release' },
    { dataId: second, result: 'failed' },
  ]);
  expect((await service.client.send('DELETE', path(second))).status).toBe(409);
  expect((await service.client.send('DELETE', path(first))).status).toBe(204);
  expect((await service.client.send('DELETE', path(first))).status).toBe(409);
  expect((await service.client.get(path(first))).json()).toMatchObject({ status: 'deleted' });
  expect((await service.client.get(path(second))).json()).toMatchObject({ status: 'failed' });
  expect((await service.client.get(`/v1/vdns/${vdn}/campaigns/1/stats`)).json()).toMatchObject({
    records: {
      byStatus: { waiting: 0, leased: 0, completed: 0, failed: 1, recycled: 0, deleted: 1 },
      byPriority: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 },
    },
    uploads: { byState: { completed: 1, running: 0 } },
  });
  expect(await incomplete(vdn)).toBe(0);
});
