import { describe, expect, test } from '@jest/globals';
import type { CallVerdict } from '../support/api-client.ts';
import { queueBackends } from '../support/backends.ts';
import { records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';

const random = seededRandom();

const dataIds = ({ returnObject }: CallVerdict): string[] =>
  (returnObject?.dataIdList ?? []).map(({ dataId }) => dataId);

describe.each(queueBackends)('a call that succeeds on $name', (backend) => {
  const service = useService(backend);

  test('is answered with an ID for each record, in their order, and the count of what is to be called', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 46, unpaced());
    const list = [
      { sessionId: '123456789', called: [{ calledNo: '88888888' }, { calledNo: '99999999' }] },
      { sessionId: '987654322', called: [{ calledNo: '66666666' }], priority: '5' },
    ];
    const answer = await service.client.call(vdn, 46, list);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json(; charset=utf-8)?$/);
    expect(answer.json()).toEqual({
      returnCode: '0200000',
      returnObject: {
        totalSize: 2,
        dataIdList: [
          { called: '88888888', dataId: expect.stringMatching(/^\d{19}$/) },
          { called: '66666666', dataId: expect.stringMatching(/^\d{19}$/) },
        ],
      },
      resultCode: '0200000',
      resultDesc: 'create data succeeded',
      returnDesc: 'create data succeeded',
    });
    const kept = await service.database.query(
      `SELECT id::text, line, status, priority, source::json AS source FROM records
        WHERE vdn_id = $1 AND campaign_id = 46 ORDER BY line`,
      [vdn],
    );
    const [first, second] = dataIds(answer.json());
    expect(kept).toEqual([
      { id: first, line: 1, status: 'waiting', priority: 3, source: list[0] },
      { id: second, line: 2, status: 'waiting', priority: 5, source: list[1] },
    ]);
  });

  test('counts the incomplete records of the campaign, those before it and those of uploads included', async () => {
    const vdn = newVdn();
    const { client } = service;
    await client.putCampaign(vdn, 1, unpaced({ maxRecordsPerCall: 2_000 }));
    const list = records(random, 2_030);
    const sizes = [];
    sizes.push((await client.call(vdn, 1, list.slice(0, 3))).json().returnObject?.totalSize);
    await client.finished((await client.upload(vdn, 1, list.slice(3, 10))).id);
    sizes.push((await client.call(vdn, 1, list.slice(10, 30))).json().returnObject?.totalSize);
    const large = (await client.call(vdn, 1, list.slice(30))).json();
    sizes.push(large.returnObject?.totalSize);
    expect(sizes).toEqual([3, 30, 2_030]);
    expect(large.returnObject?.dataIdList.map(({ called }) => called)).toEqual(
      list.slice(30).map(({ called }) => called[0]?.calledNo),
    );
    expect(new Set(dataIds(large)).size).toBe(2_000);
    expect(dataIds(large)).toEqual(dataIds(large).sort());
  });
});

describe('with ISALES_API_UNCOMPLATE_COUNT=false and ISALES_API_CALLDATA_MAX=3', () => {
  const service = useService(undefined, {
    ISALES_API_UNCOMPLATE_COUNT: 'false',
    ISALES_API_CALLDATA_MAX: '3',
  });

  test('the size is that of the call', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const list = records(random, 5);
    const sizes = [];
    for (const part of [list.slice(0, 3), list.slice(3)]) {
      sizes.push((await service.client.call(vdn, 1, part)).json().returnObject?.totalSize);
    }
    expect(sizes).toEqual([3, 2]);
  });

  test('a call has three records at most, unless the campaign says otherwise', async () => {
    const vdn = newVdn();
    const { client } = service;
    await client.putCampaign(vdn, 1, unpaced());
    const list = records(random, 5);
    const codeOf = async (campaign: number, count: number): Promise<string> =>
      (await client.call(vdn, campaign, list.slice(0, count))).json().resultCode;
    expect(await codeOf(1, 4)).toBe('0200029');
    expect(await codeOf(1, 3)).toBe('0200000');
    await client.putCampaign(vdn, 1, { maxRecordsPerCall: 4 });
    expect(await codeOf(1, 5)).toBe('0200029');
    expect(await codeOf(1, 4)).toBe('0200000');
    // A campaign that is not there says nothing, so the service's own limit holds.
    expect(await codeOf(2, 4)).toBe('0200029');
    expect(await codeOf(2, 3)).toBe('0200007');
  });
});
