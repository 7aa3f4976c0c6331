import { describe, expect, test } from '@jest/globals';
import type { Receipt } from '../support/api-client.ts';
import { queueBackends } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { newVdn, useService } from './service.ts';

const random = seededRandom();

const DATA_ID = expect.stringMatching(/^\d{19}$/);

describe.each(queueBackends)('the receipts of an upload on $name', (backend) => {
  const service = useService(backend);

  const number = (calledNo: string, sessionId?: string): object => ({
    sessionId,
    called: [{ calledNo }],
  });

  /** Of everything that can become of a record but a refusal: two are admitted, two have no room, one is beyond a batch. */
  async function mixedUpload(): Promise<{ vdn: number; id: string }> {
    const vdn = newVdn();
    const { client } = service;
    await client.putCampaign(vdn, 1, unpaced({ maxIncomplete: 2, batchSize: 4 }));
    await client.send('POST', `/v1/vdns/${vdn}/blocklist`, {
      json: { numbers: [{ number: '110' }] },
    });
    const body = [
      ndjson([number('1', 's1')]),
      '\n{"called":[{"calledNo":"x"}],"sessionId":"s2"}\n',
      ndjson([number('110'), number('1', 's1'), number('4'), number('5'), number('6')]),
      'no JSON\n',
    ].join('');
    const { id } = (
      await client.send<{ id: string }>('POST', `/v1/vdns/${vdn}/campaigns/1/uploads`, {
        body,
        headers: { 'content-type': 'application/x-ndjson' },
      })
    ).json();
    await waitFor(async () => (await client.getUpload(id)).state === 'waiting_capacity', {
      what: 'the campaign to be full',
    });
    return { vdn, id };
  }

  const receipt = (
    line: number,
    outcome: string,
    members: Partial<Record<keyof Receipt, unknown>> = {},
  ): unknown => ({
    line,
    sessionId: null,
    called: null,
    outcome,
    dataId: null,
    code: null,
    detail: null,
    ...members,
  });

  const REFUSED = { code: '0200019', detail: 'the campaign is completed and takes no numbers' };

  const EXPECTED = [
    receipt(1, 'accepted', { sessionId: 's1', called: '1', dataId: DATA_ID }),
    receipt(2, 'invalid', {
      sessionId: 's2',
      called: 'x',
      code: '02000002',
      detail: 'called[0].calledNo: holds characters that are not allowed; allowed: digits, * and #',
    }),
    receipt(3, 'blocklisted', {
      called: '110',
      code: '0200024',
      detail: 'called[0].calledNo: the number is on the blocklist',
    }),
    receipt(4, 'duplicate', {
      sessionId: 's1',
      called: '1',
      code: '0200018',
      detail: 'called[0].calledNo: the number appears twice under one sessionId',
    }),
    receipt(5, 'accepted', { called: '4', dataId: DATA_ID }),
    receipt(6, 'pending', { called: '5' }),
    receipt(7, 'pending', { called: '6' }),
    receipt(8, 'invalid', { code: '02000008', detail: 'not valid JSON' }),
  ];

  test('tell of every record in order, pending ones too, and of their refusal when the campaign closes', async () => {
    const { vdn, id } = await mixedUpload();
    const { client } = service;
    const answer = await client.get(`/v1/uploads/${id}/receipts`);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(answer.lines()).toEqual(EXPECTED);
    expect(answer.text.endsWith('}\n')).toBe(true);
    expect((await client.getUpload(id)).counts).toEqual({
      received: 8,
      accepted: 2,
      invalid: 2,
      duplicate: 1,
      blocklisted: 1,
      refused: 0,
      dropped: 0,
      pending: 2,
    });

    await client.putCampaign(vdn, 1, { state: 'completed' });
    const ended = await client.finished(id);
    expect(ended).toMatchObject({
      state: 'completed_with_errors',
      counts: { received: 8, accepted: 2, refused: 2, pending: 0 },
      error: { code: '0200019' },
    });
    expect(await client.receipts(id)).toEqual([
      ...EXPECTED.slice(0, 5),
      receipt(6, 'refused', { called: '5', ...REFUSED }),
      receipt(7, 'refused', { called: '6', ...REFUSED }),
      EXPECTED[7],
    ]);
  });

  test('are those of one outcome where one is named', async () => {
    const { vdn, id } = await mixedUpload();
    const { client } = service;
    const linesOf = async (outcome: string): Promise<number[]> =>
      (await client.receipts(id, `?outcome=${outcome}`)).map(({ line }) => line);
    expect(await linesOf('accepted')).toEqual([1, 5]);
    expect(await linesOf('invalid')).toEqual([2, 8]);
    expect(await linesOf('duplicate')).toEqual([4]);
    expect(await linesOf('blocklisted')).toEqual([3]);
    expect(await linesOf('pending')).toEqual([6, 7]);
    expect(await linesOf('refused')).toEqual([]);
    expect(await linesOf('dropped')).toEqual([]);
    expect(await linesOf('rejected')).toEqual([2, 3, 4, 8]);
    await client.putCampaign(vdn, 1, { state: 'expired' });
    await client.finished(id);
    expect(await linesOf('refused')).toEqual([6, 7]);
    expect(await linesOf('rejected')).toEqual([2, 3, 4, 6, 7, 8]);
  });

  test('are in the language asked for', async () => {
    const { id } = await mixedUpload();
    const answer = await service.client.get(`/v1/uploads/${id}/receipts?outcome=rejected`, {
      headers: { locale: 'zh_CN' },
    });
    expect(answer.lines<Receipt>().map(({ detail }) => detail)).toEqual([
      'called[0].calledNo: 含有不允许的字符，只允许数字、* 和 #',
      'called[0].calledNo: 号码在黑名单中',
      'called[0].calledNo: 同一 sessionId 下的号码重复',
      '不是有效的 JSON',
    ]);
  });

  test('are all there and in order, however many pages and batches they come from', async () => {
    const vdn = newVdn();
    const { client } = service;
    await client.putCampaign(vdn, 1, unpaced({ batchSize: 300 }));
    const list = records(random, 4_500).map((good, index) =>
      index % 5 === 0 ? { ...good, priority: '9' } : good,
    );
    const { id } = await client.upload(vdn, 1, list);
    await client.finished(id);
    const receipts = await client.receipts(id);
    expect(receipts.map(({ line }) => line)).toEqual(list.map((_, index) => index + 1));
    expect(receipts.map(({ called }) => called)).toEqual(
      list.map(({ called }) => called[0]?.calledNo),
    );
    expect(receipts.filter(({ outcome }) => outcome === 'invalid').length).toBe(900);
    const dataIds = receipts.flatMap(({ dataId }) => (dataId === null ? [] : [BigInt(dataId)]));
    expect(dataIds).toHaveLength(3_600);
    expect(dataIds.every((dataId, at) => at === 0 || dataId > (dataIds[at - 1] ?? dataId))).toBe(
      true,
    );
    const kept = await service.database.query<{ id: string }>(
      'SELECT id::text FROM records WHERE vdn_id = $1 ORDER BY id',
      [vdn],
    );
    expect(kept.map((row) => row.id)).toEqual(dataIds.map(String));
  });

  test.each([
    ['outcome=good', 'outcome'],
    ['outcome=', 'outcome'],
    ['outcome=invalid&outcome=refused', 'outcome'],
    ['limit=10', 'limit'],
  ])('are not to be had by %s: 400', async (query, place) => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const { id } = await service.client.upload(vdn, 1, records(random, 1));
    const answer = await service.client.get(`/v1/uploads/${id}/receipts?${query}`);
    expect([answer.status, answer.json()]).toMatchObject([400, { place }]);
  });
});
