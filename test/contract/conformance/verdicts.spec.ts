import { describe, expect, test } from '@jest/globals';
import { CODE } from '#errors';
import type { CallVerdict } from '../../support/api-client.ts';
import { queueBackends } from '../../support/backends.ts';
import { unpaced } from '../../support/factories.ts';
import { contentsOf, expectNothingKept, newVdn, useService } from '../service.ts';
import { keptOf } from './kept.ts';
import type { CampaignName } from './rows.ts';
import { CALL_ROWS, CAMPAIGNS, describeFault, RULE_ROWS, VERDICT_ROWS } from './rows.ts';
import { BLOCKED_NUMBER } from './verdict-rows.ts';

const rows = VERDICT_ROWS.map((row) => ({ ...row, code: row.fault.code }));

describe.each(queueBackends)('of a call that a worker decides on $name:', (backend) => {
  const service = useService(backend, { TZ: 'Europe/Berlin' });

  test.each(rows)('$code: $what', async ({ fault, campaign, numbers }) => {
    const vdn = newVdn();
    const { client } = service;
    const record = (calledNo: string): object => ({ called: [{ calledNo }] });
    await client.putCampaign(vdn, 1, unpaced());
    expect((await client.call(vdn, 1, [record('0')])).json().resultCode).toBe('0200000');
    await client.putCampaign(vdn, 1, campaign);
    await client.send('POST', `/v1/vdns/${vdn}/blocklist`, {
      json: { numbers: [{ number: BLOCKED_NUMBER }] },
    });
    const before = await contentsOf(service, vdn);
    for (const [index, locale] of ['zh_CN', 'en_US'].entries()) {
      const json = { callDataList: numbers.map(record) };
      const answer = await client.call(vdn, 1, [], { json, headers: { locale } });
      const { resultCode, resultDesc } = answer.json();
      const description = describeFault(fault.place, fault.texts[index] ?? '');
      expect([answer.status, resultCode, resultDesc]).toEqual([200, fault.code, description]);
      await expectNothingKept(service, vdn, before);
    }
  });

  test.each(Object.keys(CAMPAIGNS) as CampaignName[])(
    'all that is fine is admitted, and kept as it was sent: %s',
    async (name) => {
      const vdn = newVdn();
      const fine = RULE_ROWS.filter(({ fault, campaign }) => fault === null && campaign === name);
      await service.client.putCampaign(vdn, 1, CAMPAIGNS[name]);
      const answer = await service.client.send<CallVerdict>(
        'POST',
        `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/1`,
        {
          // What a batch may be called, and a member of the body that nobody knows.
          body: `{"batchId":"${'\u{1F4DE}'.repeat(64)}","x":"\\u0000\\ud83d","__proto__":{"batchId":1},"callDataList":[${fine.map(({ text }) => text).join()}]}`,
          headers: { 'content-type': 'application/json', locale: 'en_US' },
        },
      );
      expect(answer.json().resultDesc).toBe('create data succeeded');
      expect(await keptOf(service, vdn)).toEqual(
        fine.map(({ text, kept }, index) => ({
          line: index + 1,
          ...kept,
          source: text,
        })),
      );
    },
  );
});

test('every code has a row', () => {
  // These take a database that fails, and another call.
  const elsewhere: readonly string[] = [CODE.DATABASE_ERROR, CODE.PARAMETER_ERROR];
  const rowsOfAll = [...CALL_ROWS, ...RULE_ROWS, ...VERDICT_ROWS];
  const covered = new Set(rowsOfAll.map(({ fault }) => fault?.code ?? CODE.SUCCESS));
  const expected = Object.values(CODE).filter((code) => !elsewhere.includes(code));
  expect([...covered].sort()).toEqual(expected.sort());
});
