import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../support/api-client.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { AUTHORIZED, head, RawConnection } from '../support/raw-connection.ts';
import { contentsOf, newVdn, useService } from './service.ts';
import { authorize, callRequest, issueKey, sendAs, sendSigned } from './signed.ts';

const random = seededRandom();

const service = useService();

const WINDOW_MS = 900_000;

/** A VDN with campaign 46 and a key of it. */
async function signer(roles: Parameters<typeof issueKey>[2] = ['uploader']) {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 46, unpaced());
  const key = await issueKey(service.client, vdn, roles);
  const { accessKey } = await issueKey(service.client, vdn);
  return { vdn, key, otherAccessKey: accessKey };
}

const codeOf = (answer: Answer): string => (answer.json() as { resultCode: string }).resultCode;

describe('what is signed as the vendor does it', () => {
  const list = [{ sessionId: '123456789', called: [{ calledNo: '88888888' }] }];

  test.each([
    ['host alone', []],
    ['the headers that its client sends', ['content-length', 'content-type']],
  ])('a call with %s is admitted', async (_what, signed) => {
    const { vdn, key } = await signer();
    const request = callRequest(vdn, 46, list);
    const headers = { ...request.headers, 'content-length': String(request.body.length) };
    const answer = await sendSigned(service.url, key, { ...request, headers, signed });
    expect([answer.status, codeOf(answer)]).toEqual([200, '0200000']);
  });

  test('a body of other than ASCII characters, and a query that is sorted after it is encoded', async () => {
    const { vdn, key } = await signer();
    const body = JSON.stringify({ callDataList: [{ ...list[0], customField: '林子航 ~_' }] });
    for (const query of ['', '?b%20b=2%2F3&a=%C3%A9&B=x%20y', '?b+b=1&a', '?a=&&a=']) {
      const request = callRequest(vdn, 46, list);
      const path = `${request.path}${query}`;
      const answer = await sendSigned(service.url, key, { ...request, path, body });
      expect({ query, code: codeOf(answer) }).toEqual({ query, code: '02000002' });
    }
  });

  test('a query with an empty value, on a GET', async () => {
    const { vdn, key } = await signer();
    for (const query of ['campaignId=46&batchId=', 'batchId=&campaignId=46']) {
      const answer = await sendSigned(service.url, key, {
        path: `/v1/vdns/${vdn}/uploads?${query}`,
        signed: [],
      });
      expect(answer.status).toBe(200);
    }
  });

  test.each([
    ['whole seconds', () => `${new Date().toISOString().slice(0, 19)}Z`],
    ['milliseconds', () => new Date().toISOString()],
    [
      'a clock that is slow, in the window',
      () => new Date(Date.now() - WINDOW_MS + 30_000).toISOString(),
    ],
    [
      'a clock that is fast, in the window',
      () => new Date(Date.now() + WINDOW_MS - 30_000).toISOString(),
    ],
  ])('timestamps of %s', async (_what, timestamp) => {
    const { vdn, key } = await signer();
    const request = { path: `/v1/vdns/${vdn}/uploads`, timestamp: timestamp() };
    expect((await sendSigned(service.url, key, request)).status).toBe(200);
  });

  test('both variants, alone and together: an empty line for the query, and host without its port', async () => {
    const { vdn, key } = await signer();
    const path = `/v1/vdns/${vdn}/campaigns/46`;
    const { host, hostname } = new URL(service.url);
    for (const [signedHost, line] of [
      [host, ''],
      [host, '\n'],
      [hostname, ''],
      [hostname, '\n'],
    ] as const) {
      const prefix = `auth-v2/${key.accessKey}/${new Date().toISOString()}/host`;
      const hex = (secret: string, text: string) =>
        createHmac('sha256', secret).update(text).digest('hex');
      const canonical = `GET\n${path}\n${line}host\nhost:${encodeURIComponent(signedHost)}\n`;
      const authorization = `${prefix}/${hex(hex(key.secretKey, prefix), canonical)}`;
      const answer = await sendAs(service.url, { path, headers: { authorization } });
      expect({ signedHost, line, status: answer.status }).toEqual({
        signedHost,
        line,
        status: 200,
      });
    }
  });

  test('an upload, streamed: plain, and as a body that says its length', async () => {
    const { vdn, key } = await signer();
    const answer = await sendSigned<{ id: string }>(service.url, key, {
      method: 'POST',
      path: `/v1/vdns/${vdn}/campaigns/46/uploads?batchId=a%20b`,
      body: ndjson(records(random, 5_000)),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(answer.status).toBe(202);
    expect((await service.client.finished(answer.json().id)).counts.accepted).toBe(5_000);
  });
});

/** The one answer to all that is not right about credentials. */
const UNAUTHORIZED = {
  status: 401,
  challenge: 'Bearer',
  type: 'application/problem+json; charset=utf-8',
  text: JSON.stringify({
    type: 'urn:dialgate:problem:unauthorized',
    title: 'Unauthorized',
    status: 401,
    detail: 'valid credentials are needed',
  }),
};

const seen = ({ status, headers, text }: Answer) => ({
  status,
  challenge: headers.get('www-authenticate'),
  type: headers.get('content-type'),
  text,
});

type Make = (set: Awaited<ReturnType<typeof signer>>) => Promise<Record<string, string>>;

const path = (vdn: number): string => `/v1/vdns/${vdn}/campaigns/46`;

/** Headers signed right for another request than the one that is sent. */
const signedFor =
  (change: (set: Awaited<ReturnType<typeof signer>>) => object): Make =>
  (set) =>
    Promise.resolve(authorize(service.url, set.key, { path: path(set.vdn), ...change(set) }));

const withAuthorization =
  (make: (authorization: string, accessKey: string, other: string) => string): Make =>
  ({ vdn, key, otherAccessKey }) => {
    const request = { path: path(vdn), signed: [] };
    const { authorization = '' } = authorize(service.url, key, request);
    return Promise.resolve({
      authorization: make(authorization, key.accessKey, otherAccessKey),
    });
  };

const gone =
  (sql: string, by: 'token' | 'signature'): Make =>
  async ({ vdn, key }) => {
    await service.database.query(`UPDATE api_keys SET ${sql} WHERE access_key = $1`, [
      key.accessKey,
    ]);
    return by === 'token'
      ? { authorization: `Bearer ${key.token}` }
      : authorize(service.url, key, { path: path(vdn) });
  };

const EXPIRED = `expires_at = now() - interval '1 millisecond'`;
const REVOKED = 'revoked_at = now()';

describe('credentials that are no good get one and the same answer', () => {
  test.each<[what: string, make: Make]>([
    ['none', () => Promise.resolve({})],
    ['empty', () => Promise.resolve({ authorization: '' })],
    ['of another scheme', () => Promise.resolve({ authorization: 'Basic YTpi' })],
    ['a token that nobody has', () => Promise.resolve({ authorization: 'Bearer dgt_x' })],
    ['two tokens', ({ key }) => Promise.resolve({ authorization: `Bearer ${key.token} x` })],
    ['the token of an expired key', gone(EXPIRED, 'token')],
    ['the token of a revoked key', gone(REVOKED, 'token')],
    [
      'a secret key as a token',
      ({ key }) => Promise.resolve({ authorization: `Bearer ${key.secretKey}` }),
    ],
    ['a signature of an expired key', gone(EXPIRED, 'signature')],
    ['a signature of a revoked key', gone(REVOKED, 'signature')],
    [
      'a signature of an unknown key',
      withAuthorization((text, accessKey) => text.replace(accessKey, '0'.repeat(20))),
    ],
    [
      "another key's signature",
      withAuthorization((text, accessKey, other) => text.replace(accessKey, other)),
    ],
    ['a signature of another method', signedFor(() => ({ method: 'PUT' }))],
    ['a signature of another path', signedFor(({ vdn }) => ({ path: `${path(vdn)}/` }))],
    ['a signature of another query', signedFor(({ vdn }) => ({ path: `${path(vdn)}?a=1` }))],
    ['a signature of another body', signedFor(() => ({ body: 'x' }))],
    [
      'a timestamp before the window',
      signedFor(() => ({ timestamp: new Date(Date.now() - WINDOW_MS - 5_000).toISOString() })),
    ],
    [
      'a timestamp behind the window',
      signedFor(() => ({ timestamp: new Date(Date.now() + WINDOW_MS + 30_000).toISOString() })),
    ],
    ['the year 10000', withAuthorization((text) => text.replace(/\/\d{4}-/, '/10000-'))],
    ['the year +010000', withAuthorization((text) => text.replace(/\/\d{4}-/, '/+010000-'))],
    ['the 30th of February', withAuthorization((text) => text.replace(/-\d\d-\d\dT/, '-02-30T'))],
    [
      'a timestamp that was changed after it was signed',
      withAuthorization((text) => text.replace(/\.\d{3}Z/, 'Z')),
    ],
    ['a part more', withAuthorization((text) => `${text}/`)],
    ['a part less', withAuthorization((text) => text.replace('/host/', '/'))],
    ['a signature in upper case', withAuthorization((text) => `${text.slice(0, -1)}F`)],
    ['a bit less', withAuthorization((text) => text.slice(0, -1))],
    ['headers without host', withAuthorization((text) => text.replace('/host/', '/accept/'))],
    [
      'a signed header that is not sent',
      async (set) => {
        const headers = await signedFor(() => ({}))(set);
        return { authorization: headers.authorization ?? '' };
      },
    ],
    [
      'a signed header of another value',
      async (set) => ({ ...(await signedFor(() => ({}))(set)), 'x-fresh': 'x' }),
    ],
    ['8 kB of it', withAuthorization((text) => text + 'f'.repeat(8_200))],
  ])('%s', async (_what, make) => {
    const set = await signer();
    const headers = await make(set);
    const answer = await sendAs(service.url, { path: path(set.vdn), headers });
    expect(seen(answer)).toEqual(UNAUTHORIZED);
    const chinese = { ...(await make(set)), locale: 'zh_CN' };
    const call = callRequest(set.vdn, 46, records(random, 1));
    const compatible = await sendAs(service.url, {
      ...call,
      headers: { ...call.headers, ...chinese },
    });
    expect(seen(compatible)).toEqual(UNAUTHORIZED);
  });

  test('whether the campaign, the VDN, the upload or the route of the VDN is there or not', async () => {
    const { vdn } = await signer();
    for (const target of [
      path(vdn),
      `/v1/vdns/${vdn}/campaigns/99`,
      '/v1/vdns/99999/campaigns/1',
      '/v1/vdns/9999/campaigns/x?y',
      '/v1/uploads/01900000-0000-7000-8000-000000000000',
      '/v1/uploads/x',
      `/v1/vdns/${vdn}/keys`,
    ]) {
      expect(seen(await sendAs(service.url, { path: target }))).toEqual(UNAUTHORIZED);
    }
  });
});

const NDJSON = { 'content-type': 'application/x-ndjson' };

const target = (vdn: number, campaign = 46): string =>
  `/v1/vdns/${vdn}/campaigns/${campaign}/uploads`;

type SpoiltBody = [
  what: string,
  status: number,
  where: (vdn: number) => string,
  headers: Record<string, string>,
  body: Uint8Array | string,
];

/** Bodies that are refused for what is in them, at their beginning where that can be, with much behind it. */
function spoiltBodies(): SpoiltBody[] {
  const lines = ndjson(records(random, 5_000));
  const csv = { 'content-type': 'text/csv' };
  const json = { 'content-type': 'application/json' };
  const gzip = { ...NDJSON, 'content-encoding': 'gzip' };
  const large = Buffer.alloc(16 * 1024 * 1024 + 100_000, ' ');
  const list = (vdn: number): string => `/v1/vdns/${vdn}/blocklist`;
  return [
    ['a line that is too long', 413, target, NDJSON, `"${'x'.repeat(65_536)}"\n${lines}`],
    ['a body that is too large', 413, target, json, large],
    ['a body without records', 400, target, NDJSON, '\n'.repeat(100_000)],
    ['what is no gzip', 400, target, gzip, lines],
    ['a quote that is not closed', 400, target, csv, `calledNo\n1"2"\n${'3\n'.repeat(100_000)}`],
    ['a header without numbers', 400, target, csv, `called\n${'1\n'.repeat(100_000)}`],
    ['what is no JSON', 400, target, json, lines],
    ['numbers that are no JSON', 400, list, json, lines],
    ['a call that is too large', 413, (vdn) => callRequest(vdn, 46, []).path, json, large],
  ];
}

describe('a signed upload', () => {
  test('whose signature is wrong is refused at its end, and nothing of it is kept', async () => {
    const { vdn, key } = await signer();
    const before = await contentsOf(service, vdn);
    const body = ndjson(records(random, 20_000));
    const request = { method: 'POST', path: target(vdn), headers: NDJSON };
    // Right for all of the body but its last byte.
    const headers = authorize(service.url, key, { ...request, body: body.slice(0, -1) });
    const answer = await sendAs(service.url, { ...request, headers, body });
    expect(seen(answer)).toEqual(UNAUTHORIZED);
    expect(await contentsOf(service, vdn)).toEqual(before);
  });

  test.each([
    ['a campaign that is not there', 99, {}],
    ['a type that is not understood', 46, { 'content-type': 'text/plain' }],
    ['a key that is too long', 46, { 'idempotency-key': 'x'.repeat(256) }],
    ['a coding that is not understood', 46, { 'content-encoding': 'br' }],
  ])('with a wrong signature hears of %s no word', async (_what, campaign, headers) => {
    const { vdn, key } = await signer();
    const request = {
      method: 'POST',
      path: target(vdn, campaign),
      body: ndjson(records(random, 1)),
      headers: { ...NDJSON, ...headers },
    };
    const wrong = authorize(service.url, key, { ...request, body: '' });
    expect(seen(await sendAs(service.url, { ...request, headers: wrong }))).toEqual(UNAUTHORIZED);
    const right = await sendSigned(service.url, key, request);
    expect([400, 404, 415]).toContain(right.status);
  });

  test.each(spoiltBodies())(
    'with a wrong signature hears of %s no word, though the rest was still to come',
    async (_what, status, where, headers, body) => {
      const { vdn, key } = await signer(['admin']);
      const request = { method: 'POST', path: where(vdn), body, headers };
      const before = await contentsOf(service, vdn);
      const wrong = authorize(service.url, key, { ...request, body: '' });
      expect(seen(await sendAs(service.url, { ...request, headers: wrong }))).toEqual(UNAUTHORIZED);
      expect((await sendSigned(service.url, key, request)).status).toBe(status);
      expect(await contentsOf(service, vdn)).toEqual(before);
    },
  );

  test('with a wrong signature is not told that the key lacks a role or is of another VDN', async () => {
    const { vdn } = await signer();
    const dialer = await issueKey(service.client, vdn, ['dialer']);
    const stranger = await issueKey(service.client, newVdn());
    for (const key of [dialer, stranger]) {
      const request = { method: 'POST', path: target(vdn), headers: NDJSON, body: '{}' };
      const wrong = authorize(service.url, key, { ...request, body: '' });
      expect(seen(await sendAs(service.url, { ...request, headers: wrong }))).toEqual(UNAUTHORIZED);
      expect((await sendSigned(service.url, key, request)).status).toBe(403);
    }
  });

  test('of an unknown key is the same 401 at its end, however it is sent', async () => {
    const { vdn, key } = await signer();
    const unknown = { ...key, accessKey: '0'.repeat(20) };
    const body = ndjson(records(random, 1_000));
    const request = { method: 'POST', path: target(vdn), headers: NDJSON, body };
    expect(seen(await sendSigned(service.url, unknown, request))).toEqual(UNAUTHORIZED);
  });
});

test('an Authorization of 100 kB gets 431, and the process lives on', async () => {
  const connection = new RawConnection(service.url);
  connection.send(
    head('GET /v1/vdns/1/uploads HTTP/1.1', `Authorization: Bearer ${'x'.repeat(100_000)}`),
  );
  expect((await connection.answer()).status).toBe(431);
  expect((await service.client.get('/healthz')).status).toBe(200);
});

test.each([
  [['Authorization: Bearer x', AUTHORIZED]],
  [[AUTHORIZED, 'Authorization: Bearer x']],
  [[AUTHORIZED, AUTHORIZED]],
])('two Authorization headers, of which one is right, are none: %j', async (lines) => {
  const connection = new RawConnection(service.url);
  connection.send(head('GET /v1/vdns/1/uploads HTTP/1.1', ...lines, 'Connection: close'));
  expect((await connection.answer()).status).toBe(401);
});

test('a GET is signed without a body, and one that comes with it is not read', async () => {
  const { vdn, key } = await signer();
  const target = path(vdn);
  for (const [body, status] of [
    ['', 200],
    ['{}', 401],
  ] as const) {
    const { authorization = '' } = authorize(service.url, key, { path: target, body, signed: [] });
    const connection = new RawConnection(service.url);
    connection.send(
      [
        `GET ${target} HTTP/1.1`,
        `Host: ${new URL(service.url).host}`,
        `Authorization: ${authorization}`,
        'Connection: close',
        'Content-Length: 2\r\n\r\n{}',
      ].join('\r\n'),
    );
    expect((await connection.answer()).status).toBe(status);
  }
});

describe('a target that says the host as well', () => {
  const ask = async (path: string, method: string, lines: readonly string[], body = '') => {
    const connection = new RawConnection(service.url);
    connection.send(
      [
        `${method} ${service.url}${path} HTTP/1.1`,
        `Host: ${new URL(service.url).host}`,
        ...lines,
        'Connection: close',
        `Content-Length: ${body.length}\r\n\r\n${body}`,
      ].join('\r\n'),
    );
    return connection.answer();
  };

  test('is signed by its path and query', async () => {
    const { vdn, key } = await signer();
    const path = `/v1/vdns/${vdn}/campaigns/46`;
    const { authorization = '' } = authorize(service.url, key, { path, signed: [] });
    expect((await ask(path, 'GET', [`Authorization: ${authorization}`])).status).toBe(200);
  });

  test('belongs to the face of its path', async () => {
    const { vdn } = await signer();
    const { path, body } = callRequest(vdn, 46, []);
    const answer = await ask(path, 'POST', [AUTHORIZED, 'Content-Type: application/json'], body);
    expect(JSON.parse(answer.body)).toMatchObject({ resultCode: '02000001' });
  });
});

describe('what a request says besides', () => {
  const DIGITS = '1'.repeat(201);
  const REST = '/rest/isales/v2/openapi/campaigns';

  test.each<[what: string, method: string, path: string, type: string]>([
    ['a type that cannot be read', 'POST', '/v1/vdns/1/keys', 'json'],
    ['such a type of an upload', 'POST', '/v1/vdns/1/campaigns/1/uploads', '/;'],
    ['such a type of a call', 'POST', `${REST}/1/calldata/1`, 'application/json/x'],
    ['an ID of 201 digits', 'GET', `/v1/vdns/1/campaigns/${DIGITS}`, ''],
    ['an ID of 201 digits in a call', 'POST', `${REST}/1/calldata/${DIGITS}`, 'application/json'],
    ['an upload of 201 characters', 'GET', `/v1/uploads/${'x'.repeat(201)}`, ''],
    ['a malformed escape', 'GET', '/v1/vdns/1/campaigns/%zz', ''],
    ['a malformed escape in a call', 'POST', `${REST}/1/calldata/%zz`, 'application/json'],
    ['an escape that is not UTF-8', 'GET', '/v1/uploads/%ff', ''],
  ])('is not looked at without credentials: %s', async (_what, method, target, type) => {
    const connection = new RawConnection(service.url);
    const body = type === '' ? [] : [`Content-Type: ${type}`, 'Content-Length: 2'];
    const start = head(`${method} ${target} HTTP/1.1`, ...body, 'Connection: close');
    connection.send(start + (type === '' ? '' : '{}'));
    expect((await connection.answer()).status).toBe(401);
  });

  test.each([
    [`${REST}/1/calldata/${DIGITS}`, '02000007'],
    [`${REST}/${DIGITS}/calldata/1`, '02000007'],
    [`${REST}/1/calldata/${'x'.repeat(201)}`, '02000006'],
    [`${REST}/1/calldata/%zz`, '02000006'],
    [`${REST}/%ff/calldata/1`, '02000006'],
    [`/%72est${REST.slice(5)}/1/calldata/x`, '02000006'],
  ])('has its code on the compatible face: %s', async (target, code) => {
    const connection = new RawConnection(service.url);
    const lines = [AUTHORIZED, 'Content-Type: application/json', 'Content-Length: 19'];
    const start = head(`POST ${target} HTTP/1.1`, ...lines, 'Connection: close');
    connection.send(`${start}{"callDataList":[]}`);
    const answer = await connection.answer();
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { resultCode: code }]);
  });

  test.each([
    ['/v1/uploads/%ff', 404],
    [`/v1/uploads/${'x'.repeat(201)}`, 404],
    ['/v1/vdns/1/blocklist/%zz', 405],
    ['/v1/vdns/%/campaigns', 400],
    ['/%zz', 404],
  ])('is a problem on the native one: %s, %i', async (target, status) => {
    const connection = new RawConnection(service.url);
    connection.send(head(`GET ${target} HTTP/1.1`, AUTHORIZED, 'Connection: close'));
    const answer = await connection.answer();
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([status, { status }]);
  });
});

test("a key's token is good in any case of its scheme's name, and the log shows no secret", async () => {
  const { vdn, key } = await signer();
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    const headers = { authorization: `${scheme} ${key.token}` };
    expect((await sendAs(service.url, { path: path(vdn), headers })).status).toBe(200);
  }
  const headers = authorize(service.url, key, { path: path(vdn) });
  await sendAs(service.url, { path: path(vdn), headers });
  const signature = headers.authorization?.split('/').at(-1) ?? '';
  for (const secret of [key.token, key.secretKey, signature]) {
    expect(secret.length).toBeGreaterThan(40);
    expect(service.output()).not.toContain(secret);
  }
});
