import { expect, test } from '@jest/globals';
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
const callForProblem = async (vdn: number, campaign: number | string, list: unknown) =>
  service.client.send<Problem & CallVerdict>(
    'POST',
    `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/${campaign}`,
    { json: { callDataList: list }, headers: { accept: PROBLEM, locale: 'en_US' } },
  );

test('every code comes as a problem with the status of the native face', async () => {
  const vdn = newVdn();
  const { client } = service;
  await client.putCampaign(vdn, 1, unpaced({ maxIncomplete: 1 }));
  await client.putCampaign(vdn, 2, { state: 'completed' });
  await client.putCampaign(vdn, 3, { admissionIntervalMs: 60_000 });
  await client.call(vdn, 3, records(random, 1));
  await client.send('POST', `/v1/vdns/${vdn}/blocklist`, {
    json: { numbers: [{ number: '110' }] },
  });
  const one = (members: object): object[] => [{ called: [{ calledNo: '1' }], ...members }];
  const answers = [];
  for (const [campaign, list] of [
    [1, undefined],
    [1, one({ caller: '\0' })],
    [1, one({ caller: '1'.repeat(25) })],
    [1, one({ priority: 1 })],
    [1, one({ priority: '9' })],
    [1, one({ recycleTime: 'x' })],
    [1, one({ recycleTime: '2027-01-01 10' })],
    [1, one({ called: Array.from({ length: 11 }, () => 1) })],
    [1, records(random, 21)],
    [9, records(random, 1)],
    [2, records(random, 1)],
    [1, [...one({}), ...one({})]],
    [3, records(random, 1)],
    [1, one({ called: [{ calledNo: '110' }] })],
    [1, records(random, 2)],
  ] as const) {
    const answer = await callForProblem(vdn, campaign, list);
    const { status, code } = answer.json();
    expect(answer.headers.get('content-type')).toBe(`${PROBLEM}; charset=utf-8`);
    expect(answer.status).toBe(status);
    answers.push(`${status} ${code}`);
    if (code === '0200022') expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
  }
  expect(answers).toEqual([
    '400 02000001',
    '400 02000002',
    '400 02000003',
    '400 02000006',
    '400 02000007',
    '400 0200030',
    '400 02000010',
    '400 02000011',
    '400 0200029',
    '404 0200007',
    '409 0200019',
    '422 0200018',
    '429 0200022',
    '422 0200024',
    '409 0200020',
  ]);
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
