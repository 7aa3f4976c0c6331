import { describe, expect, test } from '@jest/globals';
import { DEFAULT_RECORD_LIMITS } from '../record/limits.ts';
import { DuplicateIndex } from '../record/duplicate-index.ts';
import { checkBody, checkCall, checkCallForCampaign } from './check-call.ts';

const LIMITS = { ...DEFAULT_RECORD_LIMITS, maxRecordsPerCall: 3 };
const STRICT = {
  ...LIMITS,
  minNumberLength: 3,
  requireNumberType: true,
  requireJsonCallData: true,
};

const record = (sessionId: string | null, ...numbers: string[]) => ({
  sessionId,
  called: numbers.map((calledNo) => ({ calledNo })),
});

const GOOD = record('s', '123');

test.each([undefined, null, 7, 'text', true, [], [{ callDataList: [GOOD] }]])(
  'the body %j is no object: 02000006',
  (body) => {
    const fault = { code: '02000006', place: 'body', params: { expected: 'object' } };
    expect(checkBody(body)).toEqual(fault);
    expect(checkCall(body, LIMITS)).toEqual(fault);
  },
);

describe('the form', () => {
  test.each([
    ['one record', { callDataList: [GOOD] }],
    ['the most records', { callDataList: [GOOD, GOOD, GOOD], batchId: 'b'.repeat(64) }],
    ['batchId null', { callDataList: [GOOD], batchId: null }],
    ['batchId empty', { callDataList: [GOOD], batchId: '' }],
    ['members that are not known', { callDataList: [GOOD], campaignId: {} }],
  ])('%s is right', (_, body) => {
    expect(checkBody(body)).toBeNull();
    expect(checkCall(body, LIMITS)).toBeNull();
  });

  const bad = { called: 1 };
  const rows: [string, string, object][] = [
    ['02000001', 'callDataList', {}],
    ['02000001', 'callDataList', { callDataList: null, batchId: 1 }],
    ['02000006', 'callDataList', { callDataList: {} }],
    ['02000006', 'callDataList', { callDataList: '' }],
    ['02000001', 'callDataList', { callDataList: [] }],
    ['0200029', 'callDataList', { callDataList: [bad, bad, bad, bad] }],
    ['02000006', 'callDataList[1]', { callDataList: [GOOD, null, bad] }],
    ['02000006', 'callDataList[1].called', { callDataList: [GOOD, bad], batchId: 1 }],
    [
      '02000002',
      'callDataList[1].called[2].calledNo',
      { callDataList: [GOOD, record('t', '1', '2', 'x')] },
    ],
    ['02000006', 'batchId', { callDataList: [GOOD], batchId: 174667380880 }],
    ['02000003', 'batchId', { callDataList: [GOOD], batchId: 'b'.repeat(65) }],
    ['02000002', 'batchId', { callDataList: [GOOD], batchId: '\0' }],
  ];
  test.each(rows)('%s at %s', (code, place, body) => {
    expect(checkCall(body, LIMITS)).toMatchObject({ code, place });
  });

  test('what the campaign asks for comes later', () => {
    expect(checkCall({ callDataList: [record(null, '1', '1')] }, STRICT)).toBeNull();
  });
});

describe("the campaign's part", () => {
  const typed = (calledNo: string) => ({ called: [{ calledNo, type: 'SI' }] });
  const rows: [string, string | undefined, object[], object][] = [
    ['right', undefined, [record('a', '1'), record('b', '1')], LIMITS],
    ['02000004', 'callDataList[1].called[0].calledNo', [typed('123'), record('a', '12')], STRICT],
    ['02000009', 'callDataList[0].called[0].type', [GOOD, record('a', '12')], STRICT],
    [
      '02000008',
      'callDataList[0].callData',
      [{ ...typed('123'), callData: 'x' }, record('a', '12')],
      STRICT,
    ],
    ['0200018', 'callDataList[0].called[1].calledNo', [record('a', '1', '1')], LIMITS],
    [
      '0200018',
      'callDataList[2].called[1].calledNo',
      [record('a', '1'), record('b', '1'), record('a', '2', '1')],
      LIMITS,
    ],
    ['0200018', 'callDataList[1].called[0].calledNo', [record(null, '1'), record('', '1')], LIMITS],
    [
      '02000004',
      'callDataList[2].called[0].calledNo',
      [record('a', '1'), record('a', '1'), record('a', '')],
      LIMITS,
    ],
  ];
  test.each(rows)('%s at %s', (code, place, callDataList, limits) => {
    const fault = checkCallForCampaign(
      { callDataList },
      { ...LIMITS, ...limits },
      new DuplicateIndex(0),
    );
    if (place === undefined) expect(fault).toBeNull();
    else expect(fault).toMatchObject({ code, place });
  });
});
