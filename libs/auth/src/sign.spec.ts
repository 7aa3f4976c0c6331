import { expect, test } from '@jest/globals';
import { sign, Signing } from './sign.ts';

const KEY = { accessKey: 'key', secretKey: 'secret' };
const REQUEST = {
  method: 'post',
  url: '/a?b=1',
  headers: { Host: 'h', 'X-A': '1' },
  timestamp: '2026-01-01T00:00:00Z',
};

test('names the headers in lower case, sorted', () => {
  const signed = sign(KEY, { ...REQUEST, headers: { 'X-A': '1', Host: 'h' } });
  expect(signed).toMatch(/^auth-v2\/key\/2026-01-01T00:00:00Z\/host;x-a\/[0-9a-f]{64}$/);
  expect(signed).toBe(sign(KEY, { ...REQUEST, headers: { host: 'h', 'x-a': '1' } }));
});

test('a body in chunks is signed as the whole of it', () => {
  const signing = new Signing(KEY, REQUEST).update(Buffer.from('{"a":')).update(Buffer.from('1}'));
  expect(signing.authorization()).toBe(sign(KEY, REQUEST, '{"a":1}'));
});

test.each([
  ['host is not among the headers', { headers: { 'X-A': '1' } }, 'access key, timestamp'],
  ['a header is there twice', { headers: { Host: 'h', host: 'h' } }, 'access key, timestamp'],
  ['a header’s name is none', { headers: { host: 'h', 'x a': '1' } }, 'access key, timestamp'],
  ['the timestamp is none', { timestamp: '2026-01-01' }, 'access key, timestamp'],
  ['the query is malformed', { url: '/?a=%' }, 'malformed escape'],
])('refuses to sign where %s', (_, change, reason) => {
  expect(() => sign(KEY, { ...REQUEST, ...change })).toThrow(reason);
});

test('refuses an access key that could not be read again', () => {
  expect(() => sign({ ...KEY, accessKey: 'a/b' }, REQUEST)).toThrow(TypeError);
});
