import { describe, expect, test } from '@jest/globals';
import { canonicalQuery } from './canonical-query.ts';
import { canonicalHeads } from './canonical-request.ts';

describe('a query', () => {
  test.each([
    ['', ''],
    ['&', ''],
    ['a=1', 'a=1'],
    ['a', 'a='],
    ['a=', 'a='],
    ['=1', '=1'],
    ['=', '='],
    ['a=1&&b=2', 'a=1&b=2'],
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=1', 'a=1&a=2'],
    ['a=1&a=1', 'a=1&a=1'],
    ['a-=1&a=2', 'a-=1&a=2'],
    ['a=b=c', 'a=b%3Dc'],
    ['a=1+1', 'a=1%2B1'],
    ['a=1%2B1', 'a=1%2B1'],
    ['a=%20', 'a=%20'],
    ['%61=%7a', 'a=z'],
    ['a=/?', 'a=%2F%3F'],
    ['a=%E6%9E%97', 'a=%E6%9E%97'],
    ['a=%e6%9e%97', 'a=%E6%9E%97'],
    ['a=\u00e6\u009e\u0097', 'a=%E6%9E%97'],
    ['a=%FF', 'a=%FF'],
    ['a=%00', 'a=%00'],
    ['a=%0A%0D', 'a=%0A%0D'],
    ['a=%2525', 'a=%2525'],
    ['%C3%A9=1&z=1', '%C3%A9=1&z=1'],
    ['B=1&a=1', 'B=1&a=1'],
  ])('%j is %j', (query, canonical) => {
    expect(canonicalQuery(query)).toBe(canonical);
  });

  test.each(['a=%', 'a=%2', 'a=%zz', '%=1', 'a=%%20', 'a=%u1234', 'a=1&b=%2&c=3'])(
    '%j has a malformed escape',
    (query) => {
      expect(canonicalQuery(query)).toBeNull();
    },
  );
});

describe('a request', () => {
  const heads = (url: string, rawHeaders: string[], names = ['host'], method = 'GET') =>
    canonicalHeads(names, { method, url, rawHeaders });

  test.each([
    ['a query, no port: one form', '/a?b=1', 'h', ['GET\n/a\nb=1\nhost\nhost:h\n']],
    [
      'no query: without its line, or with an empty one',
      '/a',
      'h',
      ['GET\n/a\nhost\nhost:h\n', 'GET\n/a\n\nhost\nhost:h\n'],
    ],
    [
      'a query without pairs is none',
      '/a?',
      'h',
      ['GET\n/a\nhost\nhost:h\n', 'GET\n/a\n\nhost\nhost:h\n'],
    ],
    [
      'a port: with it, or without',
      '/a?b=1',
      'h:80',
      ['GET\n/a\nb=1\nhost\nhost:h%3A80\n', 'GET\n/a\nb=1\nhost\nhost:h\n'],
    ],
    [
      'neither a query nor no port: all four',
      '/a',
      'h:80',
      [
        'GET\n/a\nhost\nhost:h%3A80\n',
        'GET\n/a\n\nhost\nhost:h%3A80\n',
        'GET\n/a\nhost\nhost:h\n',
        'GET\n/a\n\nhost\nhost:h\n',
      ],
    ],
    [
      'the port of an IPv6 address',
      '/?b',
      '[::1]:80',
      ['GET\n/\nb=\nhost\nhost:%5B%3A%3A1%5D%3A80\n', 'GET\n/\nb=\nhost\nhost:%5B%3A%3A1%5D\n'],
    ],
    ['an IPv6 address without one', '/?b', '[::1]', ['GET\n/\nb=\nhost\nhost:%5B%3A%3A1%5D\n']],
    ['a colon alone is no port', '/?b', 'h:', ['GET\n/\nb=\nhost\nhost:h%3A\n']],
    [
      'the path is left as it was sent',
      '/a%2fb/%zz/../\u00e9;x=1?b',
      'h',
      ['GET\n/a%2fb/%zz/../\u00e9;x=1\nb=\nhost\nhost:h\n'],
    ],
    ['a second question mark is the query’s', '/a?b=?', 'h', ['GET\n/a\nb=%3F\nhost\nhost:h\n']],
  ])('%s', (_, url, host, expected) => {
    expect(heads(url, ['Host', host])).toEqual(expected);
  });

  test('has its signed headers in lines that are sorted as lines', () => {
    const raw = ['A', '1', 'HOST', 'h', 'X-Other', 'o', 'a-b', ' 2/\u00c3\u00a9', 'x!', ''];
    expect(heads('/?q', raw, ['a', 'a-b', 'host', 'x!'])).toEqual([
      'GET\n/\nq=\na;a-b;host;x!\na-b:%202%2F%C3%A9\na:1\nhost:h\nx%21:\n',
    ]);
  });

  test('has its method in upper case', () => {
    expect(heads('/?q', ['Host', 'h'], ['host'], 'patch')?.[0]).toMatch(/^PATCH\n/);
  });

  test.each([
    ['a signed header was not sent', '/', ['Host', 'h'], ['host', 'x-a']],
    ['host was not sent', '/', ['X-A', '1'], ['host']],
    ['a signed header was sent twice', '/', ['Host', 'h', 'x-a', '1', 'X-A', '1'], ['host', 'x-a']],
    ['host was sent twice', '/', ['Host', 'h', 'host', 'h'], ['host']],
    ['a member of every object is signed', '/', ['Host', 'h'], ['constructor', 'host']],
    ['the query has a malformed escape', '/?a=%', ['Host', 'h'], ['host']],
  ])('has no form where %s', (_, url, raw, names) => {
    expect(heads(url, raw, names)).toBeNull();
  });

  test('may send twice what is not signed', () => {
    expect(heads('/?q', ['Host', 'h', 'a', '1', 'a', '2'])).toHaveLength(1);
  });
});
