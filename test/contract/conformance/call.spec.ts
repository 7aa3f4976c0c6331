import { beforeAll, describe, expect, test } from '@jest/globals';
import type { CallVerdict } from '../../support/api-client.ts';
import { contentsOf, newVdn, useService } from '../service.ts';
import type { Service } from '../service.ts';
import type { CampaignName, RecordRow } from './rows.ts';
import {
  BROKEN_ROWS,
  CALL_CAMPAIGNS,
  CALL_ROWS,
  CAMPAIGNS,
  describeFault,
  ORDER_ROWS,
  RULE_ROWS,
} from './rows.ts';
import type { Fault } from './wording.ts';

const service: Service = useService();

const vdn = newVdn();
const names = Object.keys(CAMPAIGNS) as CampaignName[];
/** Behind those of the rows of calls. */
const numberOf = (name: CampaignName): number => 100 + names.indexOf(name);

beforeAll(async () => {
  for (const [campaign, settings] of Object.entries(CALL_CAMPAIGNS)) {
    await service.client.putCampaign(vdn, Number(campaign), settings);
  }
  for (const name of names) await service.client.putCampaign(vdn, numberOf(name), CAMPAIGNS[name]);
});

/** Expects a call to be refused with a fault in both languages, and nothing of it to be kept. */
async function expectRefused(
  fault: Fault,
  body: string | Uint8Array,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const before = await contentsOf(service, vdn);
  const [chinese, english] = fault.texts;
  for (const [locale, text] of [
    [{}, chinese],
    [{ locale: 'en_US' }, english],
  ] as const) {
    const answer = await service.client.send<CallVerdict>(
      'POST',
      `/rest/isales/v2/openapi/campaigns/${path}`,
      { body, headers: { 'content-type': 'application/json', ...locale, ...headers } },
    );
    const description = describeFault(fault.place, text);
    expect([answer.status, answer.json()]).toEqual([
      200,
      {
        returnCode: fault.code,
        resultCode: fault.code,
        resultDesc: description,
        returnDesc: description,
      },
    ]);
  }
  expect(await contentsOf(service, vdn)).toEqual(before);
}

const named = <R extends { readonly what: string; readonly fault: Fault | null }>(
  rows: readonly R[],
) =>
  rows.flatMap(({ fault, ...row }) =>
    fault === null ? [] : [{ ...row, fault, code: fault.code, place: fault.place }],
  );

describe('of a record, the second of a call:', () => {
  const GOOD = `{"sessionId":"a good one","called":[{"calledNo":"${'0'.repeat(24)}","type":"a"}]}`;
  const rows: readonly RecordRow[] = [...RULE_ROWS, ...ORDER_ROWS];

  test.each(named(rows))('$code at $place: $what', async ({ fault, text, campaign }) => {
    const place = ['callDataList[1]', fault.place].filter((part) => part !== '').join('.');
    const body = `{"callDataList":[${GOOD},${text}]}`;
    await expectRefused({ ...fault, place }, body, `${vdn}/calldata/${numberOf(campaign)}`);
  });
});

describe('of a call:', () => {
  test.each(named(CALL_ROWS))('$code at $place: $what', async ({ fault, body, path, headers }) => {
    await expectRefused(fault, body, path.replace('{vdn}', String(vdn)), headers);
  });

  test.each(BROKEN_ROWS)('02000008 at body: $what', async ({ bytes, texts }) => {
    await expectRefused({ code: '02000008', place: 'body', texts }, bytes, `${vdn}/calldata/1`);
  });
});

test.each([
  ['zh_CN', 'callDataList: 必填，不能缺失、为 null 或为空'],
  ['de_DE', 'callDataList: 必填，不能缺失、为 null 或为空'],
  ['', 'callDataList: 必填，不能缺失、为 null 或为空'],
  ['en_US', 'callDataList: mandatory, but missing, null or empty'],
])('the locale %j', async (locale, description) => {
  const answer = await service.client.call(vdn, 1, [], { json: {}, headers: { locale } });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.json().resultDesc).toBe(description);
});
