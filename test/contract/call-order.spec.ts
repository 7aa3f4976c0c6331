import { describe, expect, test } from '@jest/globals';
import { OpenRequest } from './open-request.ts';
import { newVdn, useService } from './service.ts';
import { issueKey } from './signed.ts';

const service = useService();

const MIB = 1024 * 1024;
const JSON_TYPE = 'application/json';

/** What two neighbours in the order of checks both refuse, and the status of the first. */
interface Row {
  readonly order: string;
  readonly status: number;
  /** Whose token; default: the operator's. */
  readonly token?: 'nobody' | 'stranger';
  /** As it says itself; none of it is sent. */
  readonly length: number;
  readonly headers: Readonly<Record<string, string>>;
}

const rowsFor = (tooLarge: number, tooLargeOfNoType: number): Row[] => [
  {
    order: 'credentials, then the VDN',
    status: 401,
    token: 'nobody',
    length: tooLarge,
    headers: { 'content-type': JSON_TYPE },
  },
  {
    order: 'the VDN, then the size',
    status: 403,
    token: 'stranger',
    length: tooLarge,
    headers: { 'content-type': JSON_TYPE },
  },
  {
    order: 'the size, then the type',
    status: 413,
    length: tooLargeOfNoType,
    headers: { 'content-type': 'text/plain' },
  },
  {
    order: 'the size, then the charset',
    status: 413,
    length: tooLarge,
    headers: { 'content-type': `${JSON_TYPE}; charset=gbk` },
  },
  {
    order: 'the size, then the coding',
    status: 413,
    length: tooLarge,
    headers: { 'content-type': JSON_TYPE, 'content-encoding': 'br' },
  },
];

describe.each([
  [
    'a call',
    (vdn: number) => `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/1`,
    rowsFor(16 * MIB + 1, 16 * MIB + 1),
  ],
  [
    'an upload',
    (vdn: number) => `/v1/vdns/${vdn}/campaigns/1/uploads`,
    rowsFor(16 * MIB + 1, 1024 * MIB + 1),
  ],
  [
    'a blocklist',
    (vdn: number) => `/v1/vdns/${vdn}/blocklist`,
    rowsFor(16 * MIB + 1, 1024 * MIB + 1),
  ],
])('of %s', (_what, pathOf, rows) => {
  test.each(rows)('$order: $status', async ({ status, token, length, headers }) => {
    const stranger = await issueKey(service.client, newVdn(), ['admin']);
    const tokens = { nobody: 'wrong', stranger: stranger.token };
    const request = await OpenRequest.post(service.url, pathOf(newVdn()), {
      ...headers,
      'content-length': String(length),
      ...(token === undefined ? {} : { authorization: `Bearer ${tokens[token]}` }),
    });
    const answer = await request.answer();
    request.cutOff();
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([status, { status }]);
    expect(answer.head.toLowerCase()).toContain('content-type: application/problem+json');
  });
});

test.each([
  ['the type', { 'content-type': 'text/plain' }],
  ['the charset', { 'content-type': `${JSON_TYPE}; charset="ISO-8859-1"` }],
  ['the coding', { 'content-type': JSON_TYPE, 'content-encoding': 'br' }],
])('of a call %s comes before the body and the path: 415', async (_what, headers) => {
  const path = '/rest/isales/v2/openapi/campaigns/x/calldata/x';
  const answer = await service.client.send('POST', path, { body: '{', headers });
  expect([answer.status, answer.json()]).toMatchObject([415, { status: 415 }]);
});
