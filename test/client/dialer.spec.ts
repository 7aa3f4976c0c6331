import { describe, expect, test } from '@jest/globals';
import { useService } from '../contract/service.ts';
import { ndjson, records } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { dialgate, environmentOf } from '../cli/dialgate.ts';
import { collect, CREDENTIAL_KINDS, failureOf, newTenant } from './tenant.ts';

const random = seededRandom();
const service = useService();

describe.each(CREDENTIAL_KINDS)('a dialer with a %s', (kind) => {
  test('leases records, reports, looks and takes out; the statistics follow', async () => {
    const { client, credentials, ...place } = await newTenant(service, kind);
    const { vdnId } = place;
    const sent = records(random, 4).map((record) => ({ ...record, priority: '3' }));
    const { id } = await client.uploads.send(
      place,
      {
        bytes: () => [ndjson(sent)],
      },
      { format: 'ndjson' },
    );
    await collect(client.uploads.follow(id, { pollMs: 20 }));

    const leased = await client.dialer.lease(place, { limit: 3, leaseSeconds: 600 });
    expect(leased).toMatchObject(sent.slice(0, 3));
    const [first = '', second = '', third = ''] = leased.map(({ dataId }) => dataId);
    const [rest] = (await collect(client.uploads.receipts(id))).slice(3);
    const fourth = rest?.dataId ?? '';
    const results = [
      { dataId: first, result: 'completed' },
      { dataId: second, result: 'failed' },
      { dataId: third, result: 'release' },
      { dataId: fourth, result: 'completed' },
    ] as const;
    const outcomes = ['applied', 'applied', 'applied', 'conflict'];
    const reported = await client.dialer.report(vdnId, results);
    expect(reported.map(({ outcome }) => outcome)).toEqual(outcomes);
    const again = await client.dialer.report(vdnId, results.slice(0, 1));
    expect(again).toEqual([{ dataId: first, outcome: 'repeated' }]);

    expect(await client.dialer.record(vdnId, first)).toMatchObject({
      ...sent[0],
      dataId: first,
      campaignId: 46,
      uploadId: id,
      line: 1,
      status: 'completed',
    });
    await client.dialer.remove(vdnId, fourth);
    expect(await client.dialer.record(vdnId, fourth)).toMatchObject({ status: 'deleted' });
    expect(await failureOf(client.dialer.remove(vdnId, fourth))).toMatchObject({ status: 409 });

    const stats = await client.campaigns.stats(place);
    expect(stats).toMatchObject({
      records: {
        byStatus: { waiting: 1, leased: 0, completed: 1, failed: 1, recycled: 0, deleted: 1 },
        byPriority: { 3: 1 },
      },
      uploads: { byState: { completed: 1, running: 0 } },
    });
    const args = ['campaign', 'stats', '--vdn', String(vdnId), '--campaign', '46'];
    const env = environmentOf(service.url, credentials);
    const shown = await dialgate([...args, '--json'], { env });
    expect(JSON.parse(shown.stdout)).toEqual(stats);
    const lines = (await dialgate(args, { env })).stdout;
    expect(lines).toMatch(/^records\.byStatus\.completed +1$/m);
    expect(lines).toMatch(/^uploads\.byState\.completed +1$/m);
  });
});
