import { describe, expect, test } from '@jest/globals';
import type { Answer, CallVerdict } from '../support/api-client.ts';
import { queueBackends } from '../support/backends.ts';
import { record, records } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { contentsOf, expectNothingKept, newVdn, useService } from './service.ts';

const random = seededRandom();

describe.each(queueBackends)('what the worker refuses on $name', (backend) => {
  const service = useService(backend);

  const codeOf = (answer: Answer<CallVerdict>): string => answer.json().resultCode;

  const inEnglish = (list: readonly unknown[]) => ({
    json: { callDataList: list },
    headers: { locale: 'en_US' },
  });

  test('a second call within the interval: 0200022, and when to come again', async () => {
    const vdn = newVdn();
    const { client } = service;
    await client.putCampaign(vdn, 1, { admissionIntervalMs: 60_000 });
    expect(codeOf(await client.call(vdn, 1, records(random, 2)))).toBe('0200000');
    const before = await contentsOf(service, vdn);
    const refused = await client.call(vdn, 1, [], inEnglish(records(random, 1)));
    expect(refused.status).toBe(200);
    expect(refused.json()).toEqual({
      returnCode: '0200022',
      resultCode: '0200022',
      resultDesc: "less than 60000 ms since the campaign's last admission",
      returnDesc: "less than 60000 ms since the campaign's last admission",
    });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(Number.isInteger(seconds)).toBe(true);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    await expectNothingKept(service, vdn, before);
    expect((await client.call(vdn, 1, records(random, 1))).json().resultDesc).toBe(
      '距离该外呼活动的上一次接收不足 60000 毫秒',
    );
  });

  test('a blocked number: 0200024 at the first one, by record and by number', async () => {
    const vdn = newVdn();
    const { client } = service;
    await client.putCampaign(vdn, 1, { admissionIntervalMs: 60_000 });
    await client.send('POST', `/v1/vdns/${vdn}/blocklist`, {
      json: { numbers: [{ number: '110' }, { number: '119' }] },
    });
    // Blocked in another VDN only.
    await client.send('POST', `/v1/vdns/${newVdn()}/blocklist`, {
      json: { numbers: [{ number: '120' }] },
    });
    const before = await contentsOf(service, vdn);
    const list = [
      record(random, 1, { called: [{ calledNo: '120' }] }),
      record(random, 2, { called: [{ calledNo: '121' }, { calledNo: '119' }] }),
      record(random, 3, { called: [{ calledNo: '110' }] }),
    ];
    const place = 'callDataList[1].called[1].calledNo';
    const english = await client.call(vdn, 1, [], inEnglish(list));
    expect(english.status).toBe(200);
    expect(english.json()).toMatchObject({
      resultCode: '0200024',
      resultDesc: `${place}: the number is on the blocklist`,
    });
    expect((await client.call(vdn, 1, list)).json().returnDesc).toBe(`${place}: 号码在黑名单中`);
    await expectNothingKept(service, vdn, before);
    // The refusals have not moved the clock: there is a minute to it, and this one need not wait.
    expect(codeOf(await client.call(vdn, 1, list.slice(0, 1)))).toBe('0200000');
  });

  test('what does not fit whole: 0200020, and nothing of it is admitted', async () => {
    const vdn = newVdn();
    const { client } = service;
    await client.putCampaign(vdn, 1, { maxIncomplete: 5, admissionIntervalMs: 0 });
    const list = records(random, 9);
    expect(codeOf(await client.call(vdn, 1, list.slice(0, 3)))).toBe('0200000');
    await client.putCampaign(vdn, 1, { admissionIntervalMs: 60_000 });
    await service.database.query(
      `UPDATE campaigns SET last_admission_at = last_admission_at - interval '1 hour' WHERE vdn_id = $1`,
      [vdn],
    );
    const before = await contentsOf(service, vdn);
    const english = await client.call(vdn, 1, [], inEnglish(list.slice(3, 6)));
    expect(english.status).toBe(200);
    expect(english.json()).toMatchObject({
      resultCode: '0200020',
      resultDesc: 'the campaign would hold more than 5 incomplete records',
    });
    expect((await client.call(vdn, 1, list.slice(3, 6))).json().returnDesc).toBe(
      '外呼活动的未完成记录数将超过上限 5',
    );
    await expectNothingKept(service, vdn, before);
    expect((await client.call(vdn, 1, list.slice(3, 5))).json()).toMatchObject({
      resultCode: '0200000',
      returnObject: { totalSize: 5 },
    });
  });
});
