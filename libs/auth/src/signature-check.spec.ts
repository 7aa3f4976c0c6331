import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAuthorization } from './authorization.ts';
import type { SignedRequest } from './canonical-request.ts';
import { sign } from './sign.ts';
import { SignatureCheck } from './signature-check.ts';

const KEY = { accessKey: 'key', secretKey: 'a secret, schön' };
const TIMESTAMP = '2026-02-28T23:59:59.123Z';

interface Sent extends SignedRequest {
  readonly authorization: string;
  readonly body: Uint8Array;
}

/** Whether the signature is found right; null where none could be. */
function verdict(sent: Sent, secretKey: string | null = KEY.secretKey, cuts: number[] = []) {
  const authorization = parseAuthorization(sent.authorization);
  if (authorization === null) return null;
  const check = SignatureCheck.begin(authorization, secretKey, sent);
  if (check === null) return null;
  const edges = cuts.map((cut) => cut % (sent.body.length + 1)).sort((a, b) => a - b);
  for (const [index, end] of [...edges, sent.body.length].entries()) {
    check.update(sent.body.subarray(edges[index - 1] ?? 0, end));
  }
  return check.verify();
}

/** The scheme as it is told. */
function slowSignature(canonicalRequest: string, names = 'host'): string {
  const h = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex');
  const prefix = `auth-v2/${KEY.accessKey}/${TIMESTAMP}/${names}`;
  return `${prefix}/${h(h(KEY.secretKey, prefix), canonicalRequest)}`;
}

describe('the forms of one request', () => {
  const sent = (authorization: string, url = '/a', host = 'h:80'): Sent => {
    const rawHeaders = ['Host', host];
    return { method: 'POST', url, rawHeaders, authorization, body: Buffer.from('{}') };
  };

  test.each([
    ['as it is told', 'POST\n/a\nhost\nhost:h%3A80\n%7B%7D'],
    ['with an empty third line', 'POST\n/a\n\nhost\nhost:h%3A80\n%7B%7D'],
    ['without the port', 'POST\n/a\nhost\nhost:h\n%7B%7D'],
    ['both', 'POST\n/a\n\nhost\nhost:h\n%7B%7D'],
  ])('%s: right', (_, canonical) => {
    expect(verdict(sent(slowSignature(canonical)))).toBe(true);
  });

  test.each([
    ['a body without its line break', 'POST\n/a\nhost\nhost:h%3A80%7B%7D'],
    ['a body that is not encoded', 'POST\n/a\nhost\nhost:h%3A80\n{}'],
    ['a host that is not encoded', 'POST\n/a\nhost\nhost:h:80\n%7B%7D'],
    ['another port', 'POST\n/a\nhost\nhost:h%3A81\n%7B%7D'],
    ['two empty lines', 'POST\n/a\n\n\nhost\nhost:h%3A80\n%7B%7D'],
  ])('%s: wrong', (_, canonical) => {
    expect(verdict(sent(slowSignature(canonical)))).toBe(false);
  });

  test('an empty third line instead of the query: wrong', () => {
    const signature = slowSignature('POST\n/a\n\nhost\nhost:h\n%7B%7D');
    expect(verdict(sent(signature, '/a?b=1', 'h'))).toBe(false);
  });

  test('a port that was not sent: wrong', () => {
    const signature = slowSignature('POST\n/a\nb=1\nhost\nhost:h%3A80\n%7B%7D');
    expect(verdict(sent(signature, '/a?b=1', 'h'))).toBe(false);
  });
});

describe('refuses', () => {
  const request = { method: 'GET', url: '/a', headers: { host: 'h' }, timestamp: TIMESTAMP };
  const right: Sent = {
    method: 'GET',
    url: '/a',
    rawHeaders: ['Host', 'h'],
    authorization: sign(KEY, request),
    body: Buffer.alloc(0),
  };

  test('another secret, and an unknown key', () => {
    expect(verdict(right)).toBe(true);
    expect(verdict(right, 'another secret')).toBe(false);
    expect(verdict(right, '')).toBe(false);
    expect(verdict(right, null)).toBe(false);
    const authorization = sign({ ...KEY, secretKey: '' }, request);
    expect(verdict({ ...right, authorization }, null)).toBe(false);
  });

  test('a signed header that was not sent', () => {
    const headers = { host: 'h', 'x-a': '1' };
    const authorization = sign(KEY, { ...request, headers });
    expect(verdict({ ...right, authorization })).toBeNull();
    expect(verdict({ ...right, authorization, rawHeaders: ['Host', 'h', 'X-A', '1'] })).toBe(true);
  });

  test('a body where an empty one was signed, and the other way round', () => {
    expect(verdict({ ...right, body: Buffer.from('x') })).toBe(false);
    const authorization = sign(KEY, request, 'x');
    expect(verdict({ ...right, authorization })).toBe(false);
    expect(verdict({ ...right, authorization, body: Buffer.from('x') })).toBe(true);
  });
});

const latin1 = (min: number, except = '') =>
  fc
    .integer({ min, max: 0xff })
    .map((code) => String.fromCharCode(code))
    .filter((character) => character !== '\u007f' && !except.includes(character));
const textOf = (unit: fc.Arbitrary<string>) => fc.string({ unit, maxLength: 12 });

/** Requests as structures, so that what is sent and what is signed are made from them independently. */
const requests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path: textOf(latin1(0x21, '?')).map((text) => `/${text}`),
  query: fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), {
    maxLength: 4,
  }),
  host: fc.constantFrom('h', 'example.org', '10.0.0.1:28080', '[::1]:8080'),
  headers: fc.dictionary(fc.stringMatching(/^x[a-z0-9!_-]{0,6}$/), textOf(latin1(0x21)), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  body: fc.uint8Array({ maxLength: 300 }),
});
type Request = typeof requests extends fc.Arbitrary<infer T> ? T : never;

/** Sent as common clients do. */
function send({ method, path, query, host, headers, body }: Request): Sent {
  const encode = (text: string) => encodeURIComponent(text);
  const pairs = query.map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const url = pairs.length > 0 ? `${path}?${pairs.join('&')}` : path;
  const rawHeaders = Object.entries({ ...headers, Host: host }).flat();
  const signed = { method, url, headers: { ...headers, host }, timestamp: TIMESTAMP };
  return { method, url, rawHeaders, authorization: sign(KEY, signed, body), body };
}

const norm = (bytes: Uint8Array | string) =>
  Array.from(Buffer.from(bytes as string), (byte) =>
    /[\w.~-]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');

describe('any request', () => {
  test('is signed as the scheme is told', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { method, path, query, host, headers, body } = request;
        const pairs = query.map((pair) => pair.map((part) => norm(part)).join('='));
        const all = Object.entries({ ...headers, host });
        const names = all.map(([name]) => name).sort();
        const lines = all.map(([name, value]) => `${norm(name)}:${norm(bytesOf(value))}`);
        const canonical = Buffer.concat([
          Buffer.from(`${method}\n`),
          bytesOf(path),
          Buffer.from(query.length > 0 ? `\n${pairs.sort().join('&')}\n` : '\n'),
          Buffer.from([names.join(';'), ...lines.sort(), norm(body)].join('\n')),
        ]);
        const prefix = `auth-v2/${KEY.accessKey}/${TIMESTAMP}/${names.join(';')}`;
        const key = createHmac('sha256', KEY.secretKey).update(prefix).digest('hex');
        const signature = createHmac('sha256', key).update(canonical).digest('hex');
        expect(send(request).authorization).toBe(`${prefix}/${signature}`);
      }),
    );
  });

  test('is found right, in whatever chunks its body comes', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.nat(), { maxLength: 5 }), (request, cuts) => {
        expect(verdict(send(request), KEY.secretKey, cuts)).toBe(true);
      }),
    );
  });

  test('is refused when one bit of it is another', () => {
    fc.assert(
      fc.property(requests, fc.nat(), fc.nat(4), (request, place, part) => {
        const right = send(request);
        const changed = changeBit(right, part, place);
        fc.pre(changed !== null && meaning(changed) !== meaning(right));
        expect(verdict(changed)).not.toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function flip(text: string, place: number): string {
  const bytes = bytesOf(text);
  const at = Math.floor(place / 8) % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (place % 8));
  return bytes.toString('latin1');
}

/** One bit changed: of the method, the target, a header’s value, the body, or the authorization. */
function changeBit(sent: Sent, part: number, place: number): Sent | null {
  const { method, url, rawHeaders, body, authorization } = sent;
  if (part === 0) return { ...sent, method: flip(method, place) };
  if (part === 1) return { ...sent, url: flip(url, place) };
  if (part === 2) {
    const at = 1 + 2 * (place % (rawHeaders.length / 2));
    const value = rawHeaders[at] ?? '';
    if (value === '') return null;
    return { ...sent, rawHeaders: rawHeaders.with(at, flip(value, place)) };
  }
  if (part === 3) return { ...sent, authorization: flip(authorization, place) };
  if (body.length === 0) return null;
  return { ...sent, body: bytesOf(flip(Buffer.from(body).toString('latin1'), place)) };
}

/** Escapes may be written in two ways (`%2f`, `%2F`), a query may have empty pairs, a method be written small. */
function meaning({ method, url, rawHeaders, authorization, body }: Sent): string {
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const decode = (text = '') =>
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => /^([^=]*)=?(.*)$/s.exec(pair)?.slice(1).map(decode));
  const path = mark < 0 ? url : url.slice(0, mark);
  const order = (pair: unknown) => JSON.stringify(pair);
  const signed = [method.toUpperCase(), path, pairs.map(order).sort(), rawHeaders, authorization];
  return JSON.stringify([...signed, Buffer.from(body).toString('hex')]);
}
