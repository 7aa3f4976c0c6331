import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { bearerToken } from './bearer.ts';
import { newAccessKey, newSecretKey, newToken, tokenDigest } from './secrets.ts';
import { parseAuthorization } from './authorization.ts';

test.each([
  ['access keys', newAccessKey, /^[0-9a-hjkmnp-tv-z]{20}$/],
  ['secret keys', newSecretKey, /^[A-Za-z0-9_-]{43}$/],
  ['tokens', newToken, /^dgt_[A-Za-z0-9_-]{43}$/],
])('new %s have their form, and none comes twice', (_, make, form) => {
  const made = Array.from({ length: 1_000 }, make);
  for (const one of made) expect(one).toMatch(form);
  expect(new Set(made).size).toBe(made.length);
});

test('access keys use their whole alphabet', () => {
  const used = new Set(Array.from({ length: 1_000 }, newAccessKey).join(''));
  expect(used.size).toBe(32);
});

test('a new access key can be signed with, a new token can be sent', () => {
  const header = `auth-v2/${newAccessKey()}/2026-01-01T00:00:00Z/host/${'0'.repeat(64)}`;
  expect(parseAuthorization(header)).not.toBeNull();
  const token = newToken();
  expect(bearerToken(`Bearer ${token}`)).toBe(token);
});

test('a token is stored as its SHA-256', () => {
  expect(tokenDigest('abc').equals(createHash('sha256').update('abc').digest())).toBe(true);
});
