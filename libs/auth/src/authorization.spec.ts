import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAuthorization } from './authorization.ts';

const TIME = '2025-11-13T08:00:00Z';
const SIGNATURE = '0123456789abcdef'.repeat(4);

function header(
  change: Partial<Record<'scheme' | 'key' | 'time' | 'names' | 'signature', string>>,
) {
  const parts = { scheme: 'auth-v2', key: 'k', time: TIME, names: 'host', signature: SIGNATURE };
  return Object.values({ ...parts, ...change }).join('/');
}

test('is read into its parts', () => {
  expect(
    parseAuthorization(`auth-v2/globalaktest/${TIME}/content-type;host;x-a/${SIGNATURE}`),
  ).toEqual({
    accessKey: 'globalaktest',
    time: Date.UTC(2025, 10, 13, 8),
    signedHeaders: ['content-type', 'host', 'x-a'],
    prefix: `auth-v2/globalaktest/${TIME}/content-type;host;x-a`,
    signature: SIGNATURE,
  });
});

describe('is read', () => {
  test.each([
    ['with milliseconds', { time: '2025-11-13T08:00:00.123Z' }],
    ['with the longest key', { key: 'k'.repeat(128) }],
    ['with all characters of a key', { key: 'aZ09._~-' }],
    ['with all characters of a header’s name', { names: "!#$%&'*+-.^_`a|~;host" }],
  ])('%s', (_, change) => {
    expect(parseAuthorization(header(change))).not.toBeNull();
  });
});

describe('is none', () => {
  test.each([
    ['with another scheme', { scheme: 'auth-v1' }],
    ['with its scheme in upper case', { scheme: 'AUTH-V2' }],
    ['without a key', { key: '' }],
    ['with too long a key', { key: 'k'.repeat(129) }],
    ['with a character that no key has', { key: 'k k' }],
    ['with a time that is none', { time: '2025-02-30T08:00:00Z' }],
    ['of the year 10000', { time: '10000-01-01T00:00:00Z' }],
    ['without signed headers', { names: '' }],
    ['without host', { names: 'content-type' }],
    ['with a name that only begins with host', { names: 'host2' }],
    ['with a name in upper case', { names: 'Host' }],
    ['with names out of order', { names: 'host;content-type' }],
    ['with a name twice', { names: 'host;host' }],
    ['with an empty name', { names: ';host' }],
    ['with an empty name at the end', { names: 'host;' }],
    ['with a blank between names', { names: 'a; host' }],
    ['with a short signature', { signature: SIGNATURE.slice(1) }],
    ['with a long signature', { signature: `${SIGNATURE}0` }],
    ['with a signature in upper case', { signature: SIGNATURE.toUpperCase() }],
    ['with a signature that is not hexadecimal', { signature: 'g'.repeat(64) }],
    ['with one more part', { signature: `${SIGNATURE}/` }],
    ['with too much of it all', { names: `${'a'.repeat(9_000)};host` }],
  ])('%s', (_, change) => {
    expect(parseAuthorization(header(change))).toBeNull();
  });

  test.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['slashes alone', '/'.repeat(100_000)],
    ['semicolons alone', header({ names: ';'.repeat(100_000) })],
    ['100 kB of a key', header({ key: 'k'.repeat(100_000) })],
    ['100 kB of a signature', header({ signature: 'a'.repeat(100_000) })],
    ['a bearer token', 'Bearer auth-v2'],
    ['a blank in front', ` ${header({})}`],
    ['a line break behind', `${header({})}\n`],
  ])('%s', (_, text) => {
    expect(parseAuthorization(text)).toBeNull();
  });
});

test('whatever is read is read whole, and nothing makes the reader throw', () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom('auth-v2', 'k', TIME, 'host', 'a;host', 'host;a', SIGNATURE),
  );
  const near = fc.tuple(
    fc.constantFrom('auth-v2', 'auth-v2 '),
    fc.constantFrom('k', '', '.'),
    fc.constantFrom(TIME, '2025-11-13T08:00:00.000Z'),
    fc.constantFrom('host', 'a;host', 'host;a'),
    fc.constantFrom(SIGNATURE, SIGNATURE.toUpperCase()),
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(part, { maxLength: 7 }), near), (parts) => {
      const text = parts.join('/');
      const read = parseAuthorization(text);
      if (read === null) return;
      expect(`${read.prefix}/${read.signature}`).toBe(text);
      expect(read.signedHeaders).toContain('host');
    }),
  );
});
