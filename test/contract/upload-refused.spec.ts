import { describe, expect, test } from '@jest/globals';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { OpenRequest } from './open-request.ts';
import { contentsOf, newVdn, useService } from './service.ts';

const random = seededRandom();

const NDJSON = { 'content-type': 'application/x-ndjson' };
const JSON_TYPE = { 'content-type': 'application/json' };

interface Problem {
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly code?: string;
  readonly place?: string;
}

const service = useService();

async function newCampaign(changes: object = {}): Promise<number> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced(changes));
  return vdn;
}

const uploadsOf = (vdn: number, campaign = 1): string =>
  `/v1/vdns/${vdn}/campaigns/${campaign}/uploads`;

describe('a body that holds nothing to admit is 400, and nothing is kept:', () => {
  test.each<
    [
      what: string,
      headers: Record<string, string>,
      body: string | Uint8Array,
      problem: Partial<Problem>,
    ]
  >([
    ['empty NDJSON', NDJSON, '', { type: 'urn:dialgate:problem:empty-upload' }],
    ['blank lines', NDJSON, '\n \r\n\n\t', { type: 'urn:dialgate:problem:empty-upload' }],
    ['a byte order mark', NDJSON, '\uFEFF\n', { type: 'urn:dialgate:problem:empty-upload' }],
    ['empty JSON', JSON_TYPE, '', { code: '02000008' }],
    [
      'an empty list',
      JSON_TYPE,
      '{"callDataList":[]}',
      { code: '02000001', place: 'callDataList' },
    ],
    ['no list', JSON_TYPE, '{}', { code: '02000001', place: 'callDataList' }],
    [
      'no list but an object',
      JSON_TYPE,
      '{"callDataList":{}}',
      { code: '02000006', place: 'callDataList' },
    ],
    ['no object but a list', JSON_TYPE, '[]', { code: '02000006', place: 'body' }],
    ['half a JSON text', JSON_TYPE, '{"callDataList":[{"called":[', { code: '02000008' }],
    ['NDJSON as JSON', JSON_TYPE, '{"called":[]}\n{"called":[]}\n', { code: '02000008' }],
    [
      'JSON not in UTF-8',
      JSON_TYPE,
      Buffer.from('{"callDataList":["\xff"]}', 'latin1'),
      { code: '02000008' },
    ],
  ])('%s', async (_what, headers, body, problem) => {
    const vdn = await newCampaign();
    const before = await contentsOf(service, vdn);
    const answer = await service.client.send<Problem>('POST', uploadsOf(vdn), { headers, body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status: 400, ...problem });
    expect(await contentsOf(service, vdn)).toEqual(before);
  });
});

describe('a body of a kind that is not understood is 415, unread:', () => {
  test.each<[what: string, headers: Record<string, string>]>([
    ['no Content-Type', {}],
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a Content-Type that is none', { 'content-type': 'ndjson' }],
    ['an empty Content-Type', { 'content-type': '' }],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['a Content-Encoding', { ...NDJSON, 'content-encoding': 'br' }],
    ['a Content-Encoding of JSON', { ...JSON_TYPE, 'content-encoding': 'deflate' }],
  ])('%s', async (_what, headers) => {
    const vdn = await newCampaign();
    const before = await contentsOf(service, vdn);
    const request = await OpenRequest.post(service.url, uploadsOf(vdn), {
      'content-length': '100',
      ...headers,
    });
    const { status, head, body } = await request.answer();
    request.cutOff();
    expect(status).toBe(415);
    expect(head).toMatch(/^content-type: application\/problem\+json/im);
    expect(JSON.parse(body)).toMatchObject({
      type: 'urn:dialgate:problem:unsupported-media-type',
      detail: expect.stringContaining('understood here'),
    });
    expect(await contentsOf(service, vdn)).toEqual(before);
  });

  test('and no body at all', async () => {
    const answer = await service.client.send<Problem>('POST', uploadsOf(await newCampaign()));
    expect([answer.status, answer.json()]).toMatchObject([
      415,
      {
        detail: 'not understood here; understood: application/x-ndjson, text/csv, application/json',
      },
    ]);
  });
});

describe('before the body is sent the answer is there:', () => {
  const refusal = async (path: string, headers: Record<string, string>) => {
    const request = await OpenRequest.post(service.url, path, {
      'content-length': '100',
      ...headers,
    });
    const { status, head, body } = await request.answer();
    request.cutOff();
    return { status, head, problem: JSON.parse(body) as Problem };
  };

  test('404 with 0200007 where there is no such campaign', async () => {
    const { status, problem } = await refusal(uploadsOf(newVdn()), NDJSON);
    expect([status, problem.code]).toEqual([404, '0200007']);
  });

  test.each(['completed', 'expired'])('409 with 0200019 where it is %s', async (state) => {
    const vdn = await newCampaign({ state });
    const { status, problem } = await refusal(uploadsOf(vdn), JSON_TYPE);
    expect([status, problem.code, problem.detail]).toEqual([
      409,
      '0200019',
      `the campaign is ${state} and takes no numbers`,
    ]);
  });

  test('400 for a path or a query that is wrong', async () => {
    const vdn = await newCampaign();
    const path = await refusal(uploadsOf(0), NDJSON);
    expect([path.status, path.problem.code]).toEqual([400, '02000007']);
    const query = await refusal(`${uploadsOf(vdn)}?onFull=explode`, NDJSON);
    expect([query.status, query.problem.place]).toEqual([400, 'onFull']);
  });

  test('401, one and the same, for credentials that are wrong in whatever way', async () => {
    const vdn = await newCampaign();
    const bodies = [];
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      'Bearer an-operator-token-of-the-tests-012345678',
      'Bearer an-operator-token-of-the-tests-0123456789 x',
      'Basic YTpi',
      'an-operator-token-of-the-tests-0123456789',
    ]) {
      for (const path of [uploadsOf(vdn), uploadsOf(vdn, 2), uploadsOf(0)]) {
        const { status, head, problem } = await refusal(path, {
          ...NDJSON,
          authorization,
          locale: 'zh_CN',
        });
        expect(status).toBe(401);
        expect(head).toMatch(/^www-authenticate: Bearer/im);
        expect(head).toMatch(/^content-type: application\/problem\+json/im);
        bodies.push(problem);
      }
    }
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies[0]).toEqual({
      type: 'urn:dialgate:problem:unauthorized',
      title: 'Unauthorized',
      status: 401,
      detail: 'valid credentials are needed',
    });
  });

  test('and the scheme of the credentials is written in any case', async () => {
    const vdn = await newCampaign();
    const answer = await service.client.send('POST', uploadsOf(vdn), {
      body: ndjson(records(random, 1)),
      headers: { ...NDJSON, authorization: 'bEARER an-operator-token-of-the-tests-0123456789' },
    });
    expect(answer.status).toBe(202);
  });
});
