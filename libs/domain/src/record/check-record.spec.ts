import { describe, expect, test } from '@jest/globals';
import type { Fault } from '#errors';
import { checkRecordForm } from './check-record.ts';
import { DEFAULT_RECORD_LIMITS } from './limits.ts';

const GOOD = {
  sessionId: '123456789',
  called: [
    { calledNo: '88888888', delayTime: '0', type: 'SI' },
    { calledNo: '*99#', delayTime: '86400' },
  ],
  caller: '+49 (30) 1234',
  customField: 'Kunde 7_a',
  recycleTime: '2028-02-29 23:59:59',
  callData: '{"fullName":"Lin Zihang"}',
  priority: '5',
};

const check = (change: object, limits = {}): Fault | null =>
  checkRecordForm({ ...GOOD, ...change }, { ...DEFAULT_RECORD_LIMITS, ...limits });

const number = (change: object) => ({ called: [{ calledNo: '1' }, { calledNo: '2', ...change }] });

const EMOJI = '\u{1F4DE}';
const FULL_WIDTH = '１２３';
const LONE_HIGH = 'a\ud83d';
const LONE_LOW = '\udcdea';
const NUL = 'a\0';

describe('a right record', () => {
  const rows: [string, object][] = [
    ['all members', {}],
    ['members that are not known', { colour: 7, __proto__: { called: 1 } }],
    ['optional members that are null', optional(null)],
    ['optional members that are empty', optional('')],
    ['optional members that are absent', optional(undefined)],
    ['optional members of a number that are null', number({ delayTime: null, type: null })],
    ['optional members of a number that are empty', number({ delayTime: '', type: '' })],
    ['sessionId of 32 characters', { sessionId: 's'.repeat(32) }],
    ['sessionId of 32 characters, two units each', { sessionId: EMOJI.repeat(32) }],
    ['caller of 24 characters', { caller: EMOJI.repeat(24) }],
    ['customField of 200 characters', { customField: EMOJI.repeat(200) }],
    ['callData of 1,024 characters', { callData: EMOJI.repeat(1024) }],
    ['callData of special characters', { callData: `~!@#$%^&*()` }],
    ['calledNo of 24 characters', number({ calledNo: '0123456789*#0123456789*#' })],
    ['type of 20 characters', number({ type: EMOJI.repeat(20) })],
    ['delayTime of five digits', number({ delayTime: '00086' })],
    ['the most numbers', { called: Array.from({ length: 10 }, () => ({ calledNo: '1' })) }],
    ['the least priority', { priority: '5' }],
    ['the greatest priority', { priority: '1' }],
  ];
  test.each(rows)('%s', (_, change) => {
    expect(check(change)).toBeNull();
  });
});

function optional(value: unknown): object {
  const names = ['sessionId', 'caller', 'customField', 'recycleTime', 'callData', 'priority'];
  return Object.fromEntries(names.map((name) => [name, value]));
}

describe('a wrong record', () => {
  const rows: [string, string, object][] = [
    ['02000006', 'sessionId', { sessionId: 123456789 }],
    ['02000006', 'sessionId', { sessionId: [] }],
    ['02000003', 'sessionId', { sessionId: 's'.repeat(33) }],
    ['02000003', 'sessionId', { sessionId: EMOJI.repeat(33) }],
    ['02000003', 'sessionId', { sessionId: '\ud83d'.repeat(33) }],
    ['02000002', 'sessionId', { sessionId: NUL }],
    ['02000002', 'sessionId', { sessionId: LONE_HIGH }],
    ['02000002', 'sessionId', { sessionId: LONE_LOW }],
    ['02000001', 'called', { called: undefined }],
    ['02000001', 'called', { called: null }],
    ['02000001', 'called', { called: [] }],
    ['02000006', 'called', { called: '88888888' }],
    ['02000006', 'called', { called: '' }],
    ['02000006', 'called', { called: { 0: { calledNo: '1' }, length: 1 } }],
    ['02000011', 'called', { called: Array.from({ length: 11 }, () => 1) }],
    ['02000006', 'called[1]', { called: [{ calledNo: '1' }, '2'] }],
    ['02000006', 'called[0]', { called: [null] }],
    ['02000006', 'called[0]', { called: [['1']] }],
    ['02000001', 'called[1].calledNo', number({ calledNo: undefined })],
    ['02000001', 'called[1].calledNo', number({ calledNo: null })],
    ['02000001', 'called[1].calledNo', number({ calledNo: '' })],
    ['02000006', 'called[1].calledNo', number({ calledNo: 88888888 })],
    ['02000003', 'called[1].calledNo', number({ calledNo: '1'.repeat(25) })],
    ['02000003', 'called[1].calledNo', number({ calledNo: 'x'.repeat(25) })],
    ['02000002', 'called[1].calledNo', number({ calledNo: EMOJI.repeat(24) })],
    ['02000002', 'called[1].calledNo', number({ calledNo: FULL_WIDTH })],
    ['02000002', 'called[1].calledNo', number({ calledNo: '+49301234' })],
    ['02000002', 'called[1].calledNo', number({ calledNo: '12 34' })],
    ['02000002', 'called[1].calledNo', number({ calledNo: '1\0' })],
    ['02000006', 'called[1].delayTime', number({ delayTime: 0 })],
    ['02000007', 'called[1].delayTime', number({ delayTime: '86401' })],
    ['02000007', 'called[1].delayTime', number({ delayTime: '000000' })],
    ['02000007', 'called[1].delayTime', number({ delayTime: '-1' })],
    ['02000007', 'called[1].delayTime', number({ delayTime: '1.5' })],
    ['02000007', 'called[1].delayTime', number({ delayTime: '1e3' })],
    ['02000007', 'called[1].delayTime', number({ delayTime: ' 1' })],
    ['02000007', 'called[1].delayTime', number({ delayTime: FULL_WIDTH })],
    ['02000002', 'called[1].delayTime', number({ delayTime: NUL })],
    ['02000006', 'called[1].type', number({ type: false })],
    ['02000003', 'called[1].type', number({ type: 'T'.repeat(21) })],
    ['02000002', 'called[1].type', number({ type: 'SI-1' })],
    ['02000002', 'called[1].type', number({ type: NUL })],
    ['02000006', 'caller', { caller: 1 }],
    ['02000003', 'caller', { caller: '1'.repeat(25) }],
    ['02000002', 'caller', { caller: LONE_HIGH }],
    ['02000006', 'customField', { customField: {} }],
    ['02000003', 'customField', { customField: '-'.repeat(201) }],
    ['02000002', 'customField', { customField: LONE_LOW }],
    ['02000006', 'recycleTime', { recycleTime: 1735689600000 }],
    ['0200030', 'recycleTime', { recycleTime: '2027-02-29 10:00:00' }],
    ['02000010', 'recycleTime', { recycleTime: '2027-01-31 10' }],
    ['02000002', 'recycleTime', { recycleTime: '2027-01-31\u000010:00:00' }],
    ['02000006', 'callData', { callData: { fullName: 'Lin Zihang' } }],
    ['02000003', 'callData', { callData: 'x'.repeat(1025) }],
    ['02000002', 'callData', { callData: NUL }],
    ['02000006', 'priority', { priority: 3 }],
    ['02000007', 'priority', { priority: '0' }],
    ['02000007', 'priority', { priority: '6' }],
    ['02000007', 'priority', { priority: '03' }],
    ['02000007', 'priority', { priority: '３' }],
    ['02000002', 'priority', { priority: '3\0' }],
  ];
  test.each(rows)('%s at %s: %j', (code, place, change) => {
    expect(check(change)).toMatchObject({ code, place });
  });

  test.each([null, undefined, 7, 'text', true, [], [GOOD]])('02000006 for %j', (value) => {
    expect(checkRecordForm(value, DEFAULT_RECORD_LIMITS)).toEqual({
      code: '02000006',
      params: { expected: 'object' },
    });
  });

  test.each(Array.from('`~!@#$%^&*()+=|{}\'":;<>/?.\\[]¥￥…-,'))(
    'the special character %s stands neither in customField nor in type',
    (character) => {
      expect(check({ customField: character })).toMatchObject({ code: '02000002' });
      expect(check(number({ type: character }))).toMatchObject({ code: '02000002' });
      expect(check({ caller: character, sessionId: character })).toBeNull();
    },
  );

  test('with what is allowed, and never the value', () => {
    expect(check(number({ calledNo: '1'.repeat(25) }))).toEqual({
      code: '02000003',
      place: 'called[1].calledNo',
      params: { max: 24 },
    });
    expect(check({ called: [1, 2, 3] }, { maxNumbersPerRecord: 2 })).toEqual({
      code: '02000011',
      place: 'called',
      params: { max: 2 },
    });
    expect(check(number({ calledNo: 'x' }))?.params).toEqual({ allowed: 'phoneCharacters' });
    expect(check({ customField: '-' })?.params).toEqual({ allowed: 'plainCharacters' });
    expect(check({ callData: NUL })?.params).toEqual({ allowed: 'textCharacters' });
    expect(check({ priority: '6' })?.params).toEqual({ min: 1, max: 5 });
  });
});

describe('of several faults the first in the order of the tables', () => {
  const wrong = {
    sessionId: 1,
    called: [{ calledNo: 1, delayTime: 1, type: 1 }, { calledNo: 1 }],
    caller: 1,
    customField: 1,
    recycleTime: 1,
    callData: 1,
    priority: 1,
  };
  const mend: [string, object][] = [
    ['sessionId', {}],
    ['called[0].calledNo', { sessionId: 's' }],
    ['called[0].delayTime', { called: [{ calledNo: '1', delayTime: 1, type: 1 }] }],
    ['called[0].type', { called: [{ calledNo: '1', type: 1 }, { calledNo: 1 }] }],
    ['called[1].calledNo', { called: [{ calledNo: '1' }, { calledNo: 1 }] }],
    ['caller', { called: [{ calledNo: '1' }] }],
    ['customField', { caller: null }],
    ['recycleTime', { customField: null }],
    ['callData', { recycleTime: null }],
    ['priority', { callData: null }],
  ];
  test.each(mend)('%s', (place) => {
    const mended = mend.slice(0, mend.findIndex(([name]) => name === place) + 1);
    const record = mended.reduce((sum, [, change]) => ({ ...sum, ...change }), wrong);
    expect(check(record)).toMatchObject({
      code: '02000006',
      place,
    });
  });
});

test('a member named __proto__ is no way to say anything', () => {
  const record: unknown = JSON.parse('{"__proto__":{"called":[{"calledNo":"1"}]}}');
  expect(checkRecordForm(record, DEFAULT_RECORD_LIMITS)).toMatchObject({
    code: '02000001',
    place: 'called',
  });
});
