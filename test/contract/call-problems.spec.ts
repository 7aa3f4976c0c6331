import { expect, test } from '@jest/globals';
import { CODE, REGISTRY } from '#errors';
import type { CodeKey } from '#errors';
import type { CallVerdict } from '../support/api-client.ts';
import { records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';

const service = useService();
const random = seededRandom();

const PROBLEM = 'application/problem+json';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly place?: string;
}

/** The call with problems asked for. */
const callForProblem = async (
  vdn: number,
  campaign: number | string,
  list: unknown,
  headers: Readonly<Record<string, string>> = {},
) =>
  service.client.send<Problem & CallVerdict>(
    'POST',
    `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/${campaign}`,
    { json: { callDataList: list }, headers: { accept: PROBLEM, locale: 'en_US', ...headers } },
  );

/** A call of one record that is right but for these members. */
const one = (members: object): object[] => [{ called: [{ calledNo: '1' }], ...members }];

/** What brings each code about; campaign 1 has room for one record, 2 is closed, 3 was called just now, 4 is strict. */
const CALLS: Partial<Record<CodeKey, readonly [status: number, campaign: number, list: unknown]>> =
  {
    MISSING: [400, 1, undefined],
    INVALID_CHARACTERS: [400, 1, one({ caller: '\0' })],
    TOO_LONG: [400, 1, one({ caller: '1'.repeat(25) })],
    TOO_SHORT: [400, 4, one({})],
    LENGTH_OUT_OF_RANGE: [400, 1, one({})],
    WRONG_TYPE: [400, 1, one({ priority: 1 })],
    WRONG_VALUE: [400, 1, one({ priority: '9' })],
    NOT_CONVERTIBLE: [400, 4, one({ called: [{ calledNo: '11', type: 'a' }], callData: '{' })],
    WRONG_COMBINATION: [400, 4, one({ called: [{ calledNo: '11' }] })],
    TIME_FORMAT: [400, 1, one({ recycleTime: 'x' })],
    HOUR_WITHOUT_MINUTE: [400, 1, one({ recycleTime: '2027-01-01 10' })],
    TOO_MANY_ITEMS: [400, 1, one({ called: Array.from({ length: 11 }, () => 1) })],
    TOO_MANY_RECORDS: [400, 1, Array.from({ length: 21 }, () => one({})[0])],
    CAMPAIGN_NOT_FOUND: [404, 9, one({})],
    CAMPAIGN_CLOSED: [409, 2, one({})],
    DUPLICATE_NUMBER: [422, 1, [...one({}), ...one({})]],
    TOO_FREQUENT: [429, 3, one({})],
    BLOCKLISTED: [422, 1, one({ called: [{ calledNo: '110' }] })],
    CAMPAIGN_FULL: [409, 1, [...one({}), ...one({ sessionId: 's' })]],
  };

/** Success is no problem; the next no call brings about; the last takes a database that fails (openapi.spec.ts). */
const ELSEWHERE: readonly CodeKey[] = ['SUCCESS', 'PARAMETER_ERROR', 'DATABASE_ERROR'];

test('every code comes as a problem with the status of the native face', async () => {
  const vdn = newVdn();
  const { client } = service;
  await client.putCampaign(vdn, 1, unpaced({ maxIncomplete: 1 }));
  await client.putCampaign(vdn, 2, { state: 'completed' });
  await client.putCampaign(vdn, 3, { admissionIntervalMs: 60_000 });
  await client.putCampaign(
    vdn,
    4,
    unpaced({ minNumberLength: 2, requireNumberType: true, requireJsonCallData: true }),
  );
  await client.call(vdn, 3, records(random, 1));
  await client.send('POST', `/v1/vdns/${vdn}/blocklist`, {
    json: { numbers: [{ number: '110' }] },
  });
  for (const key of Object.keys(REGISTRY) as CodeKey[]) {
    if (ELSEWHERE.includes(key)) continue;
    const [status, campaign, list] = CALLS[key] ?? [0, 0, `a call that brings ${key} about`];
    const headers = { 'idempotency-key': 'k'.repeat(256) };
    const isOfKey = key === 'LENGTH_OUT_OF_RANGE';
    const answer = await callForProblem(vdn, campaign, list, isOfKey ? headers : {});
    const problem = answer.json();
    expect([key, answer.status, problem.code]).toEqual([key, status, CODE[key]]);
    expect([problem.status, answer.headers.get('content-type')]).toEqual([
      status,
      `${PROBLEM}; charset=utf-8`,
    ]);
    if (key === 'TOO_FREQUENT') expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
  }
});

test('a problem says all that the envelope says', async () => {
  const vdn = newVdn();
  const answer = await callForProblem(vdn, 1, [{ called: [{ calledNo: 1 }] }]);
  expect(answer.json()).toEqual({
    type: 'urn:dialgate:code:02000006',
    title: 'of the wrong type',
    status: 400,
    detail: 'callDataList[0].called[0].calledNo: must be a string',
    code: '02000006',
    place: 'callDataList[0].called[0].calledNo',
  });
});

test('a success is what it is, whatever is asked for', async () => {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  const answer = await callForProblem(vdn, 1, records(random, 1));
  expect([answer.status, answer.json().resultCode]).toEqual([200, '0200000']);
});

test.each([
  ['no credentials', 401, { authorization: '' }, '{}'],
  ['a type that is not JSON', 415, { 'content-type': 'text/json' }, '{}'],
  ['more than 16 MiB', 413, {}, Buffer.alloc(16 * 1024 * 1024 + 1, ' ')],
])('%s is a problem without being asked for: %d', async (_what, status, headers, body) => {
  const answer = await service.client.send(
    'POST',
    `/rest/isales/v2/openapi/campaigns/${newVdn()}/calldata/1`,
    { body, headers: { 'content-type': 'application/json', ...headers } },
  );
  expect([answer.status, answer.headers.get('content-type'), answer.json()]).toMatchObject([
    status,
    `${PROBLEM}; charset=utf-8`,
    { status },
  ]);
});
