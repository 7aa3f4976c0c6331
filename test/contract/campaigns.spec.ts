import { describe, expect, test } from '@jest/globals';
import { newVdn, useService } from './service.ts';

const service = useService();

const pathOf = (vdn: number, campaign: number): string => `/v1/vdns/${vdn}/campaigns/${campaign}`;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const ALL = {
  name: 'Verlängerungen 2027 📞',
  state: 'paused',
  maxRecordsPerCall: 2_000,
  maxIncomplete: 0,
  admissionIntervalMs: 60_000,
  batchSize: 1,
  requireNumberType: true,
  requireJsonCallData: true,
  maxNumbersPerRecord: 100,
  minNumberLength: 24,
};

describe('PUT', () => {
  test('creates with the defaults: 201', async () => {
    const vdn = newVdn();
    const answer = await service.client.send('PUT', pathOf(vdn, 46), { json: {} });
    expect(answer.status).toBe(201);
    expect(answer.json()).toEqual({
      vdnId: vdn,
      campaignId: 46,
      name: null,
      state: 'running',
      maxRecordsPerCall: 20,
      maxIncomplete: 200_000,
      admissionIntervalMs: 1_000,
      batchSize: 2_000,
      requireNumberType: false,
      requireJsonCallData: false,
      maxNumbersPerRecord: 10,
      minNumberLength: 1,
      incomplete: 0,
      capacityLeft: 200_000,
      nextAdmissionAt: null,
      createdAt: expect.stringMatching(TIME),
      updatedAt: expect.stringMatching(TIME),
    });
    expect((await service.client.get(pathOf(vdn, 46))).text).toBe(answer.text);
  });

  test('changes: 200; absent members keep their value, whichever they are', async () => {
    const path = pathOf(newVdn(), Number.MAX_SAFE_INTEGER);
    const { client } = service;
    const created = await client.send('PUT', path, { json: ALL });
    expect(created.status).toBe(201);
    expect(created.json()).toMatchObject({ ...ALL, capacityLeft: 0 });
    for (const [member, value] of Object.entries({
      name: 'again',
      state: 'completed',
      maxRecordsPerCall: 1,
      maxIncomplete: 200_000,
      admissionIntervalMs: 0,
      batchSize: 2_000,
      requireNumberType: false,
      requireJsonCallData: false,
      maxNumbersPerRecord: 1,
      minNumberLength: 1,
    })) {
      const before = (await client.get<object>(path)).json();
      const changed = await client.send('PUT', path, { json: { [member]: value } });
      expect(changed.status).toBe(200);
      expect(changed.json()).toEqual({
        ...before,
        [member]: value,
        ...(member === 'maxIncomplete' ? { capacityLeft: value } : {}),
        updatedAt: expect.stringMatching(TIME),
      });
      expect((await client.get(path)).text).toBe(changed.text);
    }
    const before = (await client.get<object>(path)).json();
    expect((await client.send('PUT', path, { json: {} })).json()).toEqual({
      ...before,
      updatedAt: expect.stringMatching(TIME),
    });
  });

  test('null takes back what is optional, and nothing else', async () => {
    const path = pathOf(newVdn(), 1);
    const { client } = service;
    await client.send('PUT', path, { json: ALL });
    const taken = await client.send('PUT', path, { json: { name: null, maxRecordsPerCall: null } });
    expect(taken.json()).toMatchObject({ name: null, maxRecordsPerCall: 20, batchSize: 1 });
    const refused = await client.send('PUT', path, { json: { batchSize: null } });
    expect([refused.status, refused.json()]).toMatchObject([
      400,
      { code: '02000006', place: 'batchSize' },
    ]);
  });

  test('many at once create one, and the others change it', async () => {
    const path = pathOf(newVdn(), 7);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        service.client.send('PUT', path, { json: { batchSize: index + 1 } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: 7 }, () => 200),
      201,
    ]);
    const { batchSize } = (await service.client.get<{ batchSize: number }>(path)).json();
    expect(batchSize).toBeGreaterThanOrEqual(1);
    expect(batchSize).toBeLessThanOrEqual(8);
  });

  test.each([
    ['maxRecordsPerCall', 1, 2_000],
    ['maxIncomplete', 0, 200_000],
    ['admissionIntervalMs', 0, 60_000],
    ['batchSize', 1, 2_000],
    ['maxNumbersPerRecord', 1, 100],
    ['minNumberLength', 1, 24],
  ])('%s is a whole number from %d to %d', async (member, least, most) => {
    const path = pathOf(newVdn(), 1);
    const put = async (value: unknown): Promise<unknown> => {
      const answer = await service.client.send('PUT', path, { json: { [member]: value } });
      const { code, place } = answer.json() as { code?: string; place?: string };
      return [answer.status, code, place];
    };
    expect(await put(least - 1)).toEqual([400, '02000007', member]);
    expect(await put(most + 1)).toEqual([400, '02000007', member]);
    for (const wrong of [String(least), least + 0.5, true, null, [least], {}, 1e300]) {
      if (member === 'maxRecordsPerCall' && wrong === null) continue;
      expect(await put(wrong)).toEqual([400, wrong === 1e300 ? '02000007' : '02000006', member]);
    }
    expect((await service.client.get(path)).status).toBe(404);
    expect(await put(least)).toEqual([201, undefined, undefined]);
    expect(await put(most)).toEqual([200, undefined, undefined]);
  });

  test.each([
    ['name', 'x'.repeat(201), '02000003'],
    ['name', 7, '02000006'],
    ['name', 'a\u0000b', '02000002'],
    ['state', 'stopped', '02000007'],
    ['state', '', '02000007'],
    ['state', 1, '02000007'],
    ['requireNumberType', 'true', '02000006'],
    ['requireNumberType', null, '02000006'],
    ['requireJsonCallData', 1, '02000006'],
    ['maxRecordPerCall', 20, '0200001'],
    ['incomplete', 0, '0200001'],
    ['capacityLeft', 0, '0200001'],
  ])('%s: %j is refused by %s, with its place', async (member, value, code) => {
    const path = pathOf(newVdn(), 1);
    const answer = await service.client.send('PUT', path, { json: { [member]: value } });
    expect([answer.status, answer.json()]).toMatchObject([400, { code, place: member }]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect((await service.client.get(path)).status).toBe(404);
  });

  test.each([
    ['a list', '[]', '02000006'],
    ['null', 'null', '02000006'],
    ['a text', '"x"', '02000006'],
    ['not JSON', '{"name":', '02000008'],
    ['nothing', '', '02000008'],
  ])('a body that is %s is refused by its code', async (_what, body, code) => {
    const answer = await service.client.send('PUT', pathOf(newVdn(), 1), {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.json()]).toMatchObject([400, { code, place: 'body' }]);
  });

  test.each([
    ['text/plain', '{}'],
    ['application/x-ndjson', '{}'],
    ['application/json-patch+json', '[]'],
  ])('%s is no type for it: 415', async (type, body) => {
    const answer = await service.client.send('PUT', pathOf(newVdn(), 1), {
      body,
      headers: { 'content-type': type },
    });
    expect([answer.status, answer.json()]).toMatchObject([415, { status: 415 }]);
  });
});

describe('the path', () => {
  test.each([
    ['0', '1', '02000007', 'vdnId'],
    ['10000', '1', '02000007', 'vdnId'],
    ['x', '1', '02000006', 'vdnId'],
    ['1.5', '1', '02000006', 'vdnId'],
    ['1', '0', '02000007', 'campaignId'],
    ['1', '-1', '02000007', 'campaignId'],
    ['1', '9007199254740992', '02000007', 'campaignId'],
    ['1', '1e3', '02000006', 'campaignId'],
    ['1', '%20', '02000006', 'campaignId'],
  ])('%s/%s is refused by %s at %s', async (vdn, campaign, code, place) => {
    for (const method of ['GET', 'PUT']) {
      const answer = await service.client.send(
        method,
        `/v1/vdns/${vdn}/campaigns/${campaign}`,
        method === 'PUT' ? { json: {} } : {},
      );
      expect([answer.status, answer.json()]).toMatchObject([400, { code, place }]);
    }
  });
});

describe('GET', () => {
  test('of no campaign: 404 with 0200007, in the language asked for', async () => {
    const path = pathOf(newVdn(), 5);
    const english = await service.client.get(path);
    expect([english.status, english.json()]).toEqual([
      404,
      {
        type: 'urn:dialgate:code:0200007',
        title: 'no such campaign in this VDN',
        status: 404,
        detail: 'no such campaign in this VDN',
        code: '0200007',
      },
    ]);
    const chinese = await service.client.get(path, { headers: { locale: 'zh_CN' } });
    expect(chinese.json()).toMatchObject({ code: '0200007', title: '该 VDN 下没有此外呼活动' });
  });

  test("another VDN's campaign of the same ID is another one", async () => {
    const [one, other] = [newVdn(), newVdn()];
    await service.client.putCampaign(one, 3, { name: 'one' });
    expect((await service.client.get(pathOf(other, 3))).status).toBe(404);
    await service.client.putCampaign(other, 3, { name: 'other' });
    expect((await service.client.get(pathOf(one, 3))).json()).toMatchObject({ name: 'one' });
  });
});
