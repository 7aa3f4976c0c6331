import { describe, expect, test } from '@jest/globals';
import { bearerToken } from './bearer.ts';
import { OperatorToken } from './operator-token.ts';

describe('the bearer token of a header', () => {
  test.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER a-._~+/b==', 'a-._~+/b=='],
    [undefined, null],
    ['', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['Bearer  abc', null],
    ['Bearer a b', null],
    ['Basic abc', null],
    ['auth-v2/key/2026-01-01T00:00:00Z/host/00', null],
  ])('%j: %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});

test('the operator’s token is the one that was set, whole', () => {
  const token = new OperatorToken('a'.repeat(40));
  expect(token.matches('a'.repeat(40))).toBe(true);
  expect(token.matches('a'.repeat(39))).toBe(false);
  expect(token.matches('a'.repeat(41))).toBe(false);
  expect(token.matches('')).toBe(false);
});
