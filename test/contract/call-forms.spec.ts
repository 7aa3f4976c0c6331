import { expect, test } from '@jest/globals';
import type { CallVerdict } from '../support/api-client.ts';
import { unpaced } from '../support/factories.ts';
import { newVdn, useService } from './service.ts';

const service = useService();

/** One record that is right but for what is given. */
const record = (members: object) => ({
  callDataList: [{ called: [{ calledNo: '13800138000' }], ...members }],
});

test.each<[what: string, body: object]>([
  [
    'everything at its limit',
    record({
      sessionId: '😀'.repeat(32),
      called: Array.from({ length: 10 }, (_, digit) => ({
        calledNo: `*#${String(digit).repeat(22)}`,
        delayTime: '86400',
        type: '类'.repeat(20),
      })),
      caller: '📞'.repeat(24),
      customField: '字'.repeat(200),
      recycleTime: '2028-02-29 23:59:59',
      callData: '"'.repeat(1024),
      priority: '1',
    }),
  ],
  [
    'null and empty where a member is optional',
    record({
      sessionId: null,
      called: [{ calledNo: '1', delayTime: '', type: null }],
      caller: '',
      customField: '',
      recycleTime: '',
      callData: null,
      priority: '',
    }),
  ],
  [
    'members that nobody knows',
    { ...record({ extra: { deep: ['\0', '\ud800'] } }), batchId: null, more: 1 },
  ],
  [
    'the same number under two sessions',
    {
      callDataList: [
        { sessionId: 'a', called: [{ calledNo: '7' }] },
        { sessionId: 'b', called: [{ calledNo: '7' }] },
      ],
    },
  ],
])('%s is accepted, twice', async (_what, body) => {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 5, unpaced());
  for (const text of [JSON.stringify(body), `\uFEFF${JSON.stringify(body, null, 2)}`]) {
    // Leading zeros in the path change nothing.
    const answer = await service.client.send<CallVerdict>(
      'POST',
      `/rest/isales/v2/openapi/campaigns/00${vdn}/calldata/005`,
      { body: text, headers: { 'content-type': 'Application/JSON;charset=utf-8' } },
    );
    expect(answer.json().resultDesc).toBe('create data succeeded');
  }
  // Kept as it was sent, all members.
  const kept = await service.database.query(
    'SELECT source FROM records WHERE vdn_id = $1 ORDER BY id',
    [vdn],
  );
  const sent = (body as { callDataList: object[] }).callDataList;
  expect(kept.map(({ source }) => JSON.parse(String(source)) as unknown)).toEqual([
    ...sent,
    ...sent,
  ]);
});
