import { describe, expect, test } from '@jest/globals';
import type { Answer, CallVerdict, UploadView } from '../support/api-client.ts';
import { record, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';

const random = seededRandom();

const service = useService();

const call = (
  vdn: number,
  campaign: number | string,
  list: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<CallVerdict>> =>
  service.client.send('POST', `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/${campaign}`, {
    json: { callDataList: list, batchId: 'B1' },
    headers,
  });

describe('Prefer: respond-async', () => {
  test.each([
    'respond-async',
    'Respond-Async',
    'wait=10, respond-async',
    'respond-async, wait=10',
    'respond-async; x=1',
  ])('%s makes an upload of the call', async (prefer) => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const list = records(random, 2);
    const answer = await call(vdn, 1, list, { prefer });
    const id = answer.headers.get('location')?.replace('/v1/uploads/', '') ?? '';
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([
      202,
      'respond-async',
    ]);
    expect(answer.json()).toEqual({
      returnCode: '0200000',
      returnObject: { uploadId: id },
      resultCode: '0200000',
      resultDesc: 'create data succeeded',
      returnDesc: 'create data succeeded',
    });
    expect(await service.client.finished(id)).toMatchObject({
      mode: 'async',
      batchId: 'B1',
      campaignId: 1,
      vdnId: vdn,
      policy: {
        onInvalid: 'skip',
        onDuplicate: 'skip',
        onBlocklisted: 'skip',
        onFull: 'wait',
      },
      counts: { received: 2, accepted: 2 },
    });
  });

  test('other preferences change nothing', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    for (const prefer of ['wait=5', 'return=minimal', 'respond-asynchronously', '']) {
      const answer = await call(vdn, 1, records(random, 1), { prefer });
      expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, null]);
    }
  });

  test('it is paced instead of refused, and may have more records than a call', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, { admissionIntervalMs: 60_000 });
    expect((await call(vdn, 1, records(random, 1))).json().resultCode).toBe('0200000');
    expect((await call(vdn, 1, records(random, 1))).json().resultCode).toBe('0200022');
    const list = records(random, 100);
    const answer = await call(vdn, 1, list, { prefer: 'respond-async' });
    expect(answer.status).toBe(202);
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    expect((await service.client.getUpload(id)).counts).toMatchObject({
      accepted: 0,
      pending: 100,
    });
    // Its slot comes sooner, so that nobody has to wait for it.
    await service.client.putCampaign(vdn, 1, { admissionIntervalMs: 0 });
    expect((await service.client.finished(id)).counts.accepted).toBe(100);
  });

  test('records that are no good are reported line by line, and the others admitted', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const list = [record(random, 1), { called: [] }, record(random, 2), record(random, 1)];
    const answer = await call(vdn, 1, [...list, list[0]], { prefer: 'respond-async' });
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    const { counts } = await service.client.finished(id);
    expect(counts).toMatchObject({ received: 5, invalid: 1, duplicate: 1, accepted: 3 });
  });

  test.each<[what: string, campaign: number | string, list: unknown, code: string]>([
    ['no list', 1, undefined, '02000001'],
    ['a list that is none', 1, {}, '02000006'],
    ['an empty list', 1, [], '02000001'],
    ['no such campaign', 99, [record(random, 1)], '0200007'],
    ['a campaign that takes none', 2, [record(random, 1)], '0200019'],
    ['a path that is none', 'x', [record(random, 1)], '02000006'],
  ])('before it is accepted, %s comes in the envelope', async (_what, campaign, list, code) => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1);
    await service.client.putCampaign(vdn, 2, { state: 'expired' });
    const answer = await call(vdn, campaign, list, { prefer: 'respond-async' });
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      { resultCode: code, returnCode: code },
    ]);
    expect(answer.headers.get('preference-applied')).toBeNull();
    const uploads = await service.client.get<{ items: UploadView[] }>(`/v1/vdns/${vdn}/uploads`);
    expect(uploads.json().items).toEqual([]);
  });
});

describe('the fields of the rate limit (draft-ietf-httpapi-ratelimit-headers-10)', () => {
  test.each([
    [1_000, '"admission";q=1;w=1', 1],
    [60_000, '"admission";q=1;w=60', 60],
    [30_001, '"admission";q=1;w=31', 31],
    [400, '"admission";q=1;w=1', 1],
  ])('an interval of %d ms: on success, and when called too soon', async (ms, policy, most) => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, { admissionIntervalMs: ms });
    const success = await call(vdn, 1, records(random, 1));
    expect(success.json().resultCode).toBe('0200000');
    expect(success.headers.get('ratelimit-policy')).toBe(policy);
    expect(success.headers.get('ratelimit')).toBe(`"admission";r=0;t=${most}`);
    expect(success.headers.get('retry-after')).toBeNull();
    if (ms < 30_000) return;
    const early = await call(vdn, 1, records(random, 1));
    expect([early.status, early.json().resultCode]).toEqual([200, '0200022']);
    expect(early.headers.get('ratelimit-policy')).toBe(policy);
    const wait = Number(early.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(most);
    expect(early.headers.get('ratelimit')).toBe(`"admission";r=0;t=${wait}`);
  });

  test('whoever waits as long as it is told is let in, and is told as a problem too', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, { admissionIntervalMs: 60_000 });
    await call(vdn, 1, records(random, 1));
    const early = await call(vdn, 1, records(random, 1), { accept: 'application/problem+json' });
    expect(early.status).toBe(429);
    const wait = Number(early.headers.get('retry-after'));
    // As if so much time had passed.
    await service.database.query(
      `UPDATE campaigns SET last_admission_at = last_admission_at - $2 * interval '1 second' WHERE vdn_id = $1`,
      [vdn, wait],
    );
    expect((await call(vdn, 1, records(random, 1))).json().resultCode).toBe('0200000');
  });

  test('there are none where the interval is 0, nor on what is not about the pace', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    for (const list of [records(random, 1), []]) {
      const { headers } = await call(vdn, 1, list);
      expect([headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([null, null]);
    }
  });
});

describe('locale', () => {
  test.each([
    [undefined, '必填，不能缺失'],
    ['zh_CN', '必填，不能缺失'],
    ['fr_FR', '必填，不能缺失'],
    ['en_US', 'missing'],
  ])('%s chooses the language of a description', async (locale, words) => {
    const { resultDesc, returnDesc } = (
      await call(newVdn(), 1, [{}], locale === undefined ? {} : { locale })
    ).json();
    expect(resultDesc).toMatch(/^callDataList\[0\]\.called/);
    expect([returnDesc, resultDesc.includes(words) || resultDesc]).toEqual([resultDesc, true]);
  });

  test('the native face speaks English unless it is asked for Chinese; success is in English', async () => {
    const vdn = newVdn();
    const path = `/v1/vdns/${vdn}/campaigns/1`;
    const titleOf = async (headers: Record<string, string>): Promise<string> =>
      (await service.client.get<{ title: string }>(path, { headers })).json().title;
    expect(await titleOf({})).toBe(await titleOf({ locale: 'en_US' }));
    expect(await titleOf({ locale: 'zh_CN' })).not.toBe(await titleOf({}));
    await service.client.putCampaign(vdn, 1, unpaced());
    const answer = await call(vdn, 1, records(random, 1), { locale: 'zh_CN' });
    expect(answer.json().resultDesc).toBe('create data succeeded');
  });
});

test.each([
  ['application/problem+json', 400],
  ['application/json, application/problem+json', 400],
  ['application/json, application/problem+json;q=0.9', 200],
  ['Application/Problem+JSON', 400],
  ['application/json', 200],
  ['*/*', 200],
])('Accept: %s', async (accept, status) => {
  const answer = await call(newVdn(), 1, [], { accept });
  expect(answer.status).toBe(status);
});
