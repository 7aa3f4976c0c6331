import { expect, test } from '@jest/globals';
import type { Role } from './roles.ts';
import { allows, isRole, ROLES } from './roles.ts';

test.each<[Role[], Role, boolean]>([
  [['uploader'], 'uploader', true],
  [['uploader'], 'dialer', false],
  [['uploader'], 'admin', false],
  [['dialer'], 'uploader', false],
  [['dialer'], 'dialer', true],
  [['dialer'], 'admin', false],
  [['uploader', 'dialer'], 'uploader', true],
  [['uploader', 'dialer'], 'dialer', true],
  [['uploader', 'dialer'], 'admin', false],
  [['admin'], 'uploader', true],
  [['admin'], 'dialer', true],
  [['admin'], 'admin', true],
  [[], 'uploader', false],
])('%j for what takes %s: %j', (roles, needed, allowed) => {
  expect(allows(roles, needed)).toBe(allowed);
});

test('no other word is a role', () => {
  expect(ROLES.every(isRole)).toBe(true);
  for (const word of ['Admin', '', 'operator', 'toString', null, 1]) {
    expect(isRole(word)).toBe(false);
  }
});
