import { describe, expect, test } from '@jest/globals';
import { checkRecordForCampaign } from './check-for-campaign.ts';
import { DEFAULT_RECORD_LIMITS } from './limits.ts';

const check = (record: object, limits: object) =>
  checkRecordForCampaign(record, { ...DEFAULT_RECORD_LIMITS, ...limits });

const called = (...numbers: string[]) => numbers.map((calledNo) => ({ calledNo }));

test.each([
  ['no demands', { called: called('1'), callData: 'x' }, {}],
  ['a number just long enough', { called: called('12345') }, { minNumberLength: 5 }],
  ['every type', { called: [{ calledNo: '1', type: 'SI' }] }, { requireNumberType: true }],
  ['no callData', { called: called('1') }, { requireJsonCallData: true }],
  ['null as callData', { called: called('1'), callData: null }, { requireJsonCallData: true }],
  ['empty callData', { called: called('1'), callData: '' }, { requireJsonCallData: true }],
  ['an object', { called: called('1'), callData: '{"a":1}' }, { requireJsonCallData: true }],
  ['a JSON number', { called: called('1'), callData: '12' }, { requireJsonCallData: true }],
])('%s is right', (_, record, limits) => {
  expect(check(record, limits)).toBeNull();
});

describe('faults', () => {
  const all = { minNumberLength: 3, requireNumberType: true, requireJsonCallData: true };

  test('02000004 for a short number, before a missing type of an earlier one', () => {
    expect(check({ called: called('123', '12'), callData: 'x' }, all)).toEqual({
      code: '02000004',
      place: 'called[1].calledNo',
      params: { min: 3 },
    });
  });

  test.each([undefined, null, ''])('02000009 for the type %j, before callData', (type) => {
    const numbers = [
      { calledNo: '123', type: 'SI' },
      { calledNo: '456', type },
    ];
    expect(check({ called: numbers, callData: 'x' }, all)).toEqual({
      code: '02000009',
      place: 'called[1].type',
      params: { reason: 'typeRequired' },
    });
  });

  test.each(['x', '{', "{'a':1}", '{"a":1} {}', ' ', '{\\"a\\":1}'])(
    '02000008 for the callData %j',
    (callData) => {
      expect(check({ called: [{ calledNo: '123', type: 'SI' }], callData }, all)).toEqual({
        code: '02000008',
        place: 'callData',
        params: { expected: 'json' },
      });
    },
  );
});
