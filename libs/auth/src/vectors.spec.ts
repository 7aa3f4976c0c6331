import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAuthorization } from './authorization.ts';
import { canonicalHeads } from './canonical-request.ts';
import { percentEncode } from './percent-encode.ts';
import { sign } from './sign.ts';
import { SignatureCheck } from './signature-check.ts';

/** Made with the vendor's published client code. */
interface Vector {
  readonly name: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly timestamp: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signedHeaders: Readonly<Record<string, string>>;
  readonly body: string;
  readonly canonicalRequest: string;
  readonly authorization: string;
}

const vectors = JSON.parse(
  readFileSync(new URL('./auth-v2.vectors.json', import.meta.url), 'utf8'),
) as Vector[];

describe.each(vectors)('$name', (vector) => {
  const { method, path, signedHeaders, body, timestamp, secretKey } = vector;
  const pairs = Object.entries(vector.query).map((pair) => pair.map(encodeURIComponent).join('='));
  const url = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
  const rawHeaders = Object.entries(signedHeaders).flat();

  test('gives the canonical request', () => {
    const names = Object.keys(signedHeaders).sort();
    const [head = ''] = canonicalHeads(names, { method, url, rawHeaders }) ?? [];
    expect(head + percentEncode(Buffer.from(body))).toBe(vector.canonicalRequest);
  });

  test('is signed as the vendor signs', () => {
    const request = { method, url, headers: signedHeaders, timestamp };
    expect(sign(vector, request, body)).toBe(vector.authorization);
  });

  test('is found right', () => {
    const authorization = parseAuthorization(vector.authorization);
    if (authorization === null) throw new Error('not read');
    const check = SignatureCheck.begin(authorization, secretKey, { method, url, rawHeaders });
    check?.update(Buffer.from(body));
    expect(check?.verify()).toBe(true);
  });
});
