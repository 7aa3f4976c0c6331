import { expect, test } from '@jest/globals';
import { checkKey } from './check-key.ts';

const NOW = new Date('2027-01-01T00:00:00Z');

test.each<[what: string, name: unknown, code: string | null]>([
  ['a name', 'CRM', null],
  ['one in other letters', 'Schlüssel 钥匙', null],
  ['blanks within and around', ' a b ', null],
  ['200 characters', 'x'.repeat(200), null],
  ['200 characters of two units each', '😀'.repeat(200), null],
  ['201 characters', 'x'.repeat(201), '02000003'],
  ['201 characters of two units each', '😀'.repeat(201), '02000003'],
  ['none', undefined, '02000001'],
  ['null', null, '02000001'],
  ['nothing', '', '02000001'],
  ['blanks', ' \t\u3000', '02000001'],
  ['a number', 1, '02000006'],
  ['NUL', 'a\0', '02000002'],
  ['half a character', 'a\ud83d', '02000002'],
])('the name of a key is checked: %s', (_what, name, code) => {
  expect(checkKey({ name }, NOW)).toEqual(
    code === null ? { name, expiresAt: null } : expect.objectContaining({ code, place: 'name' }),
  );
});

test.each<[what: string, expiresAt: unknown, code: string | null]>([
  ['absent', undefined, null],
  ['null', null, null],
  ['in a millisecond', '2027-01-01T00:00:00.001Z', null],
  ['by another clock', '2027-01-01T01:00:00+00:30', null],
  ['now', '2027-01-01T00:00:00Z', '02000007'],
  ['over', '2026-12-31T23:59:59.999Z', '02000007'],
  ['over, by another clock', '2027-01-01T01:00:00+01:00', '02000007'],
  ['no real time', '2030-02-30T00:00:00Z', '0200001'],
  ['no time', 'soon', '0200001'],
  ['nothing', '', '0200001'],
  ['a number', 1, '0200001'],
])('so is its expiry: %s', (_what, expiresAt, code) => {
  const time = typeof expiresAt === 'string' ? new Date(expiresAt) : null;
  expect(checkKey({ name: 'x', expiresAt }, NOW)).toEqual(
    code === null
      ? { name: 'x', expiresAt: time }
      : expect.objectContaining({ code, place: 'expiresAt' }),
  );
});
