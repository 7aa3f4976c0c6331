import { describe, expect, test } from '@jest/globals';
import { CODE } from '#errors';
import {
  checkBlocklistBody,
  checkBlocklistItem,
  isPhoneText,
  readBlockedNumber,
} from './blocked-number.ts';

describe('checkBlocklistBody', () => {
  test.each<[body: unknown, code: string | null, place: string | null]>([
    [{ numbers: [] }, null, null],
    [{ numbers: [{ number: '110' }, { number: '+86 x', expiresAt: null }] }, null, null],
    [{ numbers: [{ number: '1', expiresAt: '2030-01-31T08:00:00+08:00' }] }, null, null],
    [null, CODE.WRONG_TYPE, 'body'],
    [[], CODE.WRONG_TYPE, 'body'],
    [{ numbers: 1, more: 1 }, CODE.PARAMETER_ERROR, 'more'],
    [{}, CODE.MISSING, 'numbers'],
    [{ numbers: null }, CODE.MISSING, 'numbers'],
    [{ numbers: {} }, CODE.WRONG_TYPE, 'numbers'],
    [{ numbers: [{ number: '1' }, []] }, CODE.WRONG_TYPE, 'numbers[1]'],
    [{ numbers: [{ until: 1 }] }, CODE.PARAMETER_ERROR, 'numbers[0].until'],
    [{ numbers: [{ expiresAt: 1 }] }, CODE.MISSING, 'numbers[0].number'],
    [{ numbers: [{ number: 1, expiresAt: 1 }] }, CODE.WRONG_TYPE, 'numbers[0].number'],
    [{ numbers: [{ number: '1', expiresAt: 1 }] }, CODE.PARAMETER_ERROR, 'numbers[0].expiresAt'],
    [{ numbers: [{ number: '1', expiresAt: '' }] }, CODE.PARAMETER_ERROR, 'numbers[0].expiresAt'],
  ])('%j', (body, code, place) => {
    const { numbers } = (body ?? {}) as { numbers?: unknown[] };
    const fault =
      checkBlocklistBody(body) ?? numbers?.map(checkBlocklistItem).find((found) => found !== null);
    expect([fault?.code ?? null, fault?.place ?? null]).toEqual([code, place]);
  });
});

describe('readBlockedNumber', () => {
  test.each<[item: unknown, expiresAt: string | null]>([
    [{ number: '110' }, null],
    [{ number: '110', expiresAt: null }, null],
    [{ number: '110', expiresAt: '2030-01-31T08:00:00.5+08:00' }, '2030-01-31T00:00:00.500Z'],
  ])('%j', (item, expiresAt) => {
    expect(readBlockedNumber(item)).toEqual({ number: '110', expiresAt });
  });

  test.each([
    null,
    '110',
    { number: 110 },
    { number: '+86' },
    { number: '110', expiresAt: 'soon' },
    { number: '110', until: null },
  ])('%j is none', (item) => {
    expect(readBlockedNumber(item)).toBeNull();
  });
});

test.each([
  ['0', true],
  ['*#0123456789*#0123456789', true],
  ['*#0123456789*#01234567890', false],
  ['', false],
  ['１', false],
  ['1\n', false],
])('isPhoneText(%j)', (text, expected) => {
  expect(isPhoneText(text)).toBe(expected);
});
