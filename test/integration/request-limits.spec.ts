import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contentsOf, newVdn, useService } from '../contract/service.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { unpaced } from '../support/factories.ts';
import { AUTHORIZED, head, RawConnection } from '../support/raw-connection.ts';
import type { RawAnswer } from '../support/raw-connection.ts';
import { waitFor } from '../support/time.ts';

const service = useService(undefined, { UPLOAD_MAX_BYTES: '300000' });

const GIB = 1024 ** 3;
const NDJSON = 'Content-Type: application/x-ndjson';
const record = (number: number): string => `{"called":[{"calledNo":"${number}"}]}\n`;
const problemOf = ({ body }: RawAnswer): object => JSON.parse(body) as object;
const problem = (kind: string, status: number): object =>
  expect.objectContaining({ type: `urn:dialgate:problem:${kind}`, status });

/** A campaign of its own, the path of its uploads, and what the database holds of it. */
async function campaign(): Promise<{ path: string; call: string; kept: () => Promise<object> }> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  return {
    path: `/v1/vdns/${vdn}/campaigns/1/uploads`,
    call: `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/1`,
    kept: () => contentsOf(service, vdn),
  };
}

function send(...bytes: readonly string[]): RawConnection {
  return sendTo(service.url, ...bytes);
}

function sendTo(url: string, ...bytes: readonly string[]): RawConnection {
  const connection = new RawConnection(url);
  for (const part of bytes) connection.send(part);
  return connection;
}

async function expectAlive(): Promise<void> {
  expect((await service.client.get('/readyz')).status).toBe(200);
}

describe('with little patience', () => {
  let api: AppProcess;

  // Of its own, with the database of the other: on a busy machine it is impatient with everybody.
  beforeAll(async () => {
    api = await startApp('api', {
      ...serviceEnv(service.database.url),
      HEADER_TIMEOUT_SECONDS: '1',
      BODY_RATE_WINDOW_SECONDS: '1',
      BODY_MIN_BYTES_PER_SECOND: '100',
    });
  });

  afterAll(() => stopApps([api]));

  test.each([
    ['nothing', ''],
    ['half a line', 'GET /healthz HT'],
    ['a head without an end', `GET /healthz HTTP/1.1\r\nHost: localhost\r\n`],
  ])('a head of which no more comes than %s gets 408', async (_, bytes) => {
    const answer = await sendTo(api.url, bytes).answer();
    expect(problemOf(answer)).toEqual(problem('request-timeout', 408));
    expect(answer.head).toMatch(/^Content-Type: application\/problem\+json/m);
  });

  test.each([
    ['an upload of which nothing comes', 'path', NDJSON, ''],
    ['an upload that stops', 'path', NDJSON, record(1)],
    ['a call that stops', 'call', 'Content-Type: application/json', '{"callDataList":['],
  ] as const)('%s gets 408, and nothing is kept', async (_, face, type, bytes) => {
    const { kept, ...paths } = await campaign();
    const before = await kept();
    const connection = sendTo(
      api.url,
      head(`POST ${paths[face]} HTTP/1.1`, AUTHORIZED, type, 'Content-Length: 1000'),
      bytes,
    );
    const answer = await connection.answer();
    expect(problemOf(answer)).toEqual(problem('request-timeout', 408));
    expect(answer.head).toMatch(/^connection: close/im);
    expect(await kept()).toEqual(before);
  });
});

describe('a head', () => {
  test.each([
    [
      'an Authorization of 100 kB',
      head('GET /v1/vdns/1/uploads HTTP/1.1', `Authorization: Bearer ${'x'.repeat(100_000)}`),
    ],
    ['an endless one', `GET /healthz HTTP/1.1\r\n${'X-Header: of some length\r\n'.repeat(40_000)}`],
    ['a path of 100 kB', head(`GET /${'x'.repeat(100_000)} HTTP/1.1`)],
  ])('%s gets 431', async (_, bytes) => {
    expect(problemOf(await send(bytes).answer())).toEqual(problem('headers-too-large', 431));
    await expectAlive();
  });

  test.each([
    ['no HTTP', 'EHLO example.test\r\n\r\n'],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['an unknown method', head('FETCH /healthz HTTP/1.1')],
    ['a field without a colon', head('GET /healthz HTTP/1.1', 'nonsense')],
    ['a NUL in a field', head('GET /healthz HTTP/1.1', 'X-Field: a\0b')],
    ['a folded field', head('GET /healthz HTTP/1.1', 'X-Field: a\r\n b')],
    [
      'length and chunks',
      head('POST /healthz HTTP/1.1', 'Content-Length: 3', 'Transfer-Encoding: chunked'),
    ],
    [
      'chunks and length',
      head('POST /healthz HTTP/1.1', 'Transfer-Encoding: chunked', 'Content-Length: 3'),
    ],
    ['two lengths', head('POST /healthz HTTP/1.1', 'Content-Length: 3', 'Content-Length: 4')],
    ['a negative length', head('POST /healthz HTTP/1.1', 'Content-Length: -1')],
    ['a length that is no number', head('POST /healthz HTTP/1.1', 'Content-Length: 1e3')],
    [
      'a length beyond all numbers',
      head('POST /healthz HTTP/1.1', `Content-Length: ${'9'.repeat(40)}`),
    ],
    [
      'chunks that are not the last coding',
      head('POST /healthz HTTP/1.1', 'Transfer-Encoding: chunked, gzip'),
    ],
  ])('with %s gets 400', async (_, bytes) => {
    expect((await send(bytes).answer()).status).toBe(400);
    await expectAlive();
  });

  test.each([
    ['no Host', 'broken-request', 400, 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['two Hosts', 'broken-request', 400, head('GET /healthz HTTP/1.1', 'Host: other')],
    ['an Expect of its own', 'expectation-failed', 417, head('GET /healthz HTTP/1.1', 'Expect: x')],
    [
      'a coding beside chunks',
      'not-implemented',
      501,
      head('POST /healthz HTTP/1.1', 'Transfer-Encoding: gzip, chunked'),
    ],
  ])('with %s gets a problem: %s', async (_, kind, status, bytes) => {
    const answer = await send(bytes).answer();
    expect(problemOf(answer)).toEqual(problem(kind, status));
    expect(answer.head).toMatch(/^content-type: application\/problem\+json/im);
    expect(answer.head).toMatch(/^connection: close/im);
  });

  test('of HTTP/1.0 needs no Host', async () => {
    expect((await send('GET /healthz HTTP/1.0\r\n\r\n').answer()).status).toBe(200);
  });
});

describe('framing that breaks in a body', () => {
  test.each([
    ['a size that is none', 'xyz\r\n'],
    ['a negative size', '-1\r\n'],
    ['a size beyond all numbers', `${'f'.repeat(40)}\r\n`],
    ['a chunk longer than it says', '2\r\n{"called"}\r\n'],
  ])('%s: 400, and nothing is kept', async (_, bytes) => {
    const { path, kept } = await campaign();
    const before = await kept();
    const connection = send(
      head(`POST ${path} HTTP/1.1`, AUTHORIZED, NDJSON, 'Transfer-Encoding: chunked'),
      `${record(1).length.toString(16)}\r\n${record(1)}\r\n`,
      bytes,
    );
    expect(problemOf(await connection.answer())).toEqual(problem('broken-request', 400));
    await waitFor(async () => JSON.stringify(await kept()) === JSON.stringify(before), {
      what: 'nothing to be kept',
    });
    await expectAlive();
  });

  test.each([
    ['declared longer than it is', 'Content-Length: 1000', record(1)],
    ['a chunk cut short', 'Transfer-Encoding: chunked', `ff\r\n${record(1)}`],
    ['without its last chunk', 'Transfer-Encoding: chunked', `24\r\n${record(1)}\r\n`],
  ])('%s, and the sender ends: nothing is kept', async (_, field, bytes) => {
    const { path, kept } = await campaign();
    const before = await kept();
    const connection = send(head(`POST ${path} HTTP/1.1`, AUTHORIZED, NDJSON, field), bytes);
    connection.finish();
    for (const answer of await connection.answers()) expect(answer.status).toBe(400);
    await waitFor(async () => JSON.stringify(await kept()) === JSON.stringify(before), {
      what: 'nothing to be kept',
    });
    await expectAlive();
  });

  test('a length shorter than the body: what is left over is no request', async () => {
    const { call } = await campaign();
    const body = `{"callDataList":[${record(1)}]}`;
    const connection = send(
      head(
        `POST ${call} HTTP/1.1`,
        AUTHORIZED,
        'Content-Type: application/json',
        'Content-Length: 20',
      ),
      body,
    );
    const [first, second, ...more] = await connection.answers();
    expect(first && problemOf(first)).toMatchObject({ resultCode: '02000008' });
    expect(second && problemOf(second)).toEqual(problem('broken-request', 400));
    expect(more).toEqual([]);
  });

  test('a request is answered before the fault behind it', async () => {
    const { path } = await campaign();
    const body = record(1);
    const connection = send(
      head(`POST ${path} HTTP/1.1`, AUTHORIZED, NDJSON, `Content-Length: ${body.length}`) +
        `${body}EHLO example.test\r\n\r\n`,
    );
    expect((await connection.answers()).map(({ status }) => status)).toEqual([202, 400]);
  });
});

describe('a large body that is refused', () => {
  const LINES = Buffer.from(record(1).repeat(2000));
  const anonymous = 'X-Nothing: 1';
  const UNKNOWN_KEY = `Authorization: auth-v2/${'0'.repeat(20)}/${new Date().toISOString()}/host/${'0'.repeat(64)}`;

  const chunk = `${LINES.length.toString(16)}\r\n${LINES.toString()}\r\n`;
  const endless = 'Transfer-Encoding: chunked';

  test.each([
    ['without credentials', 401, anonymous, NDJSON, endless, ''],
    ['signed with a key that does not exist', 401, UNKNOWN_KEY, NDJSON, endless, ''],
    ['on an unknown campaign', 404, AUTHORIZED, NDJSON, endless, '9'],
    ['of an unknown type', 415, AUTHORIZED, 'Content-Type: text/plain', endless, ''],
    ['that says it is too large', 413, AUTHORIZED, NDJSON, `Content-Length: ${GIB}`, ''],
    ['that turns out to be too large', 413, AUTHORIZED, NDJSON, endless, ''],
  ])('%s is not read, and nothing is kept', async (_, status, credentials, type, length, more) => {
    const { path, kept } = await campaign();
    const before = await kept();
    const target = path.replace('/uploads', `${more}/uploads`);
    const connection = send(head(`POST ${target} HTTP/1.1`, credentials, type, length));
    await connection.flood(Buffer.from(chunk), GIB);
    const answer = await connection.answer();
    expect(answer.status).toBe(status);
    expect(answer.head).toMatch(/^connection: close/im);
    expect(connection.sent).toBeLessThan(GIB / 16);
    expect(await kept()).toEqual(before);
  });

  test('reaches a client that sends everything before it listens', async () => {
    const { path } = await campaign();
    const answer = await service.client.send('POST', path, {
      body: Buffer.alloc(8_000_000, LINES),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(answer.status).toBe(413);
  });
});

describe('a client that asks before it sends', () => {
  const asking = (path: string, credentials: string): string =>
    head(
      `POST ${path} HTTP/1.1`,
      credentials,
      NDJSON,
      `Content-Length: ${record(1).length}`,
      'Expect: 100-continue',
      'Connection: close',
    );

  test('is told to', async () => {
    const { path } = await campaign();
    const connection = send(asking(path, AUTHORIZED));
    await connection.until(/^HTTP\/1\.1 100 /);
    connection.send(record(1));
    expect((await connection.answers()).map(({ status }) => status)).toEqual([100, 202]);
  });

  test('is told not to by the refusal', async () => {
    const { path } = await campaign();
    const connection = send(asking(path, 'X-Nothing: 1'));
    expect((await connection.answer()).status).toBe(401);
  });
});

describe('JSON', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

  test.each([65, 100_000])('nested %d deep is 02000008', async (depth) => {
    const { path, call, kept } = await campaign();
    const before = await kept();
    const json = { headers: { 'content-type': 'application/json' } };
    const body = `{"callDataList":${nested(depth - 1)}}`;
    const called = await service.client.send<object>('POST', call, { ...json, body });
    expect(called.json()).toMatchObject({ resultCode: '02000008' });
    const uploaded = await service.client.send<object>('POST', path, { ...json, body });
    expect([uploaded.status, uploaded.json()]).toMatchObject([400, { code: '02000008' }]);
    expect(await kept()).toEqual(before);
  });

  test('nested that deep in a line is an invalid record', async () => {
    const { path } = await campaign();
    const answer = await service.client.send<{ id: string }>('POST', path, {
      headers: { 'content-type': 'application/x-ndjson' },
      body: `${record(1)}${nested(20_000)}\n`,
    });
    const { id } = answer.json();
    expect(await service.client.finished(id)).toMatchObject({
      counts: { accepted: 1, invalid: 1 },
    });
    expect((await service.client.receipts(id))[1]).toMatchObject({ code: '02000008' });
  });

  test('members named __proto__ and members that come twice do nothing', async () => {
    const { call } = await campaign();
    const send = (body: string) =>
      service.client.send<object>('POST', call, {
        headers: { 'content-type': 'application/json' },
        body,
      });
    const inherited = await send('{"__proto__":{"callDataList":[{"called":[{"calledNo":"1"}]}]}}');
    expect(inherited.json()).toMatchObject({ resultCode: '02000001' });
    const record = '{"called":[{"calledNo":"1"}],"__proto__":{"priority":"9"},"constructor":1}';
    expect((await send(`{"callDataList":[${record}]}`)).json()).toMatchObject({
      resultCode: '0200000',
    });
    const twice = await send(`{"callDataList":[1],"callDataList":[{"called":[{"calledNo":"2"}]}]}`);
    expect(twice.json()).toMatchObject({ resultCode: '0200000' });
    expect(await service.client.get('/v1/vdns/1/uploads')).toMatchObject({ status: 200 });
  });
});
