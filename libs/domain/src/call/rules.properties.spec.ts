import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../json/parse-json.ts';
import { DuplicateIndex } from '../record/duplicate-index.ts';
import { checkCall, checkCallForCampaign } from './check-call.ts';
import type { CallLimits } from './check-call.ts';

// One file, though long: the slow rules, what they are tried on, and the comparison are of no use alone.

type Verdict = { code: string; place: string | undefined } | null;
type Json = Record<string, unknown>;

const SPECIAL = '`~!@#$%^&*()+=|{}\'":;<>/?.\\[]¥￥…-,';

// The rules once more: written to be read, with none of the code that is tested.

const is = (code: string, place?: string): Verdict => ({ code, place });
const isObject = (value: unknown): value is Json =>
  Object.prototype.toString.call(value) === '[object Object]';
const any = () => true;
const plain = (character: string) => !SPECIAL.includes(character);

function text(
  place: string,
  value: unknown,
  max: number,
  allowed: (character: string) => boolean,
  judge: (text: string) => string | null = () => null,
  mandatory = false,
): Verdict {
  if (value === undefined || value === null) return mandatory ? is('02000001', place) : null;
  if (typeof value !== 'string') return is('02000006', place);
  if (value.length === 0) return mandatory ? is('02000001', place) : null;
  const characters = Array.from(value);
  if (characters.length > max) return is('02000003', place);
  const broken = (character: string) => /^[\0\ud800-\udfff]$/.test(character);
  if (characters.some((character) => broken(character) || !allowed(character))) {
    return is('02000002', place);
  }
  const code = judge(value);
  return code === null ? null : is(code, place);
}

/** A call from its body to what the campaign says of it. */
function slowCall(body: unknown, limits: CallLimits): Verdict {
  if (!isObject(body)) return is('02000006', 'body');
  const { callDataList, batchId } = body;
  const place = 'callDataList';
  if (callDataList === undefined || callDataList === null) return is('02000001', place);
  if (!Array.isArray(callDataList)) return is('02000006', place);
  if (callDataList.length === 0) return is('02000001', place);
  if (callDataList.length > limits.maxRecordsPerCall) return is('0200029', place);
  for (const [index, record] of callDataList.entries()) {
    const verdict = slowForm(record, limits.maxNumbersPerRecord);
    if (verdict) {
      return is(verdict.code, [`${place}[${index}]`, verdict.place].filter(Boolean).join('.'));
    }
  }
  return text('batchId', batchId, 64, any) ?? slowCampaign(callDataList as GoodRecord[], limits);
}

interface GoodRecord {
  readonly sessionId?: string | null;
  readonly called: readonly { readonly calledNo: string; readonly type?: string | null }[];
  readonly callData?: string | null;
}

function slowCampaign(records: readonly GoodRecord[], limits: CallLimits): Verdict {
  const isJson = (value: string) => {
    try {
      JSON.parse(value);
      return true;
    } catch {
      return false;
    }
  };
  for (const [index, { called, callData }] of records.entries()) {
    const at = `callDataList[${index}]`;
    for (const [place, { calledNo }] of called.entries()) {
      if (calledNo.length >= limits.minNumberLength) continue;
      return is('02000004', `${at}.called[${place}].calledNo`);
    }
    for (const [place, { type }] of called.entries()) {
      if (!limits.requireNumberType || (type ?? '') !== '') continue;
      return is('02000009', `${at}.called[${place}].type`);
    }
    if (limits.requireJsonCallData && (callData ?? '') !== '' && !isJson(callData ?? '')) {
      return is('02000008', `${at}.callData`);
    }
  }
  const seen = new Set<string>();
  for (const [index, { sessionId, called }] of records.entries()) {
    for (const [place, { calledNo }] of called.entries()) {
      const pair = JSON.stringify([sessionId ?? '', calledNo]);
      if (seen.has(pair)) return is('0200018', `callDataList[${index}].called[${place}].calledNo`);
      seen.add(pair);
    }
  }
  return null;
}

/** A record's own form. */
function slowForm(record: unknown, maxNumbers: number): Verdict {
  if (!isObject(record)) return is('02000006');
  const session = text('sessionId', record.sessionId, 32, any);
  if (session) return session;
  const { called } = record;
  if (called === undefined || called === null) return is('02000001', 'called');
  if (!Array.isArray(called)) return is('02000006', 'called');
  if (called.length === 0) return is('02000001', 'called');
  if (called.length > maxNumbers) return is('02000011', 'called');
  for (const [index, item] of called.entries()) {
    const at = `called[${index}]`;
    if (!isObject(item)) return is('02000006', at);
    const fault =
      text(
        `${at}.calledNo`,
        item.calledNo,
        24,
        (character) => '0123456789*#'.includes(character),
        undefined,
        true,
      ) ??
      text(`${at}.delayTime`, item.delayTime, Infinity, any, (value) =>
        /^[0-9]{1,5}$/.test(value) && Number(value) <= 86400 ? null : '02000007',
      ) ??
      text(`${at}.type`, item.type, 20, plain);
    if (fault) return fault;
  }
  return (
    text('caller', record.caller, 24, any) ??
    text('customField', record.customField, 200, plain) ??
    text('recycleTime', record.recycleTime, Infinity, any, slowTime) ??
    text('callData', record.callData, 1024, any) ??
    text('priority', record.priority, Infinity, any, (value) =>
      ['1', '2', '3', '4', '5'].includes(value) ? null : '02000007',
    )
  );
}

function slowTime(value: string): string | null {
  const isReal = (text: string) => {
    const date = new Date(text);
    return (
      !text.startsWith('0000') &&
      !Number.isNaN(date.getTime()) &&
      date.toISOString() === text.replace('Z', '.000Z')
    );
  };
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value) && isReal(`${value.replace(' ', 'T')}Z`)) {
    return null;
  }
  if (
    /^\d{4}-\d\d-\d\d \d\d:?$/.test(value) &&
    isReal(`${value.slice(0, 13).replace(' ', 'T')}:00:00Z`)
  ) {
    return '02000010';
  }
  return '0200030';
}

const digits = fc.constantFrom(...Array.from('0123456789*#'));
const letters = fc.constantFrom('7', 'a', 'Z', ' ', '_', '中', '\u{1F4DE}', '\u{10FFFF}');
const suspects = fc.constantFrom(
  ...Array.from('-.…￥¥,"\\１２+'),
  ...['\0', '\ud83d', '\udcde', '\ufeff', '\u2028'],
);

/** Mostly the first. */
const mostly = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>, weight = 30) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: other });

/** Texts whose length is around a limit. */
const around = (max: number, units: fc.Arbitrary<string> = letters) =>
  fc
    .tuple(
      mostly(fc.constantFrom(1, 3, max - 1, max), fc.constant(max + 1), 20),
      fc.array(mostly(units, suspects), { maxLength: 3 }),
      units,
    )
    .map(([length, some, fill]) => some.join('') + fill.repeat(Math.max(0, length - some.length)));

/** What stands where a text belongs, now and then. */
const oddity = fc.constantFrom<unknown>(null, '', undefined, 0, -0, 1e3, 1.0, true, [], {}, ['1']);

const often = <T>(arbitrary: fc.Arbitrary<T>, odd: fc.Arbitrary<unknown> = oddity) =>
  mostly<unknown>(arbitrary, odd, 40);

const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
const time = fc
  .tuple(
    fc.constantFrom('0000', '0001', '1900', '2000', '2027', '2028', '9999'),
    mostly(two(12), fc.constantFrom('00', '13'), 10),
    mostly(two(31), fc.constantFrom('00', '32'), 10),
    mostly(two(23), fc.constant('24'), 20),
    mostly(two(59), fc.constant('60'), 20),
    mostly(two(59), fc.constant('60'), 20),
    fc.constantFrom(19, 19, 19, 19, 19, 19, 20, 10, 11, 13, 13, 14, 16, 17),
    mostly(fc.constant(''), fc.constantFrom('Z', ' ', '.0'), 10),
  )
  .map(([y, mo, d, h, mi, s, length, tail]) =>
    `${y}-${mo}-${d} ${h}:${mi}:${s}${tail}`.slice(0, length),
  );

const maybe = { requiredKeys: ['calledNo'] as ['calledNo'] };
const item = fc.record(
  {
    calledNo: often(around(24, digits)),
    delayTime: often(
      mostly(
        fc.oneof(fc.integer({ min: 0, max: 86400 }).map(String), fc.constantFrom('00000', '86400')),
        fc.constantFrom('000000', '86401', '99999', '1.0', '1e3', '-0', '-1', '１', '1 ', 'x', '*'),
        10,
      ),
    ),
    type: often(around(20)),
  },
  maybe,
);
const record = fc.record(
  {
    sessionId: often(around(32)),
    called: often(
      fc.array(often(item, fc.oneof(oddity, fc.constant([{ calledNo: '1' }]))), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.oneof(oddity, item),
    ),
    caller: often(around(24)),
    customField: often(around(200)),
    recycleTime: often(time),
    callData: often(around(1024)),
    priority: often(fc.constantFrom('1', '2', '3', '4', '5', '0', '6', '11', ' 3', '3.0')),
    unknown: fc.anything(),
  },
  { requiredKeys: ['called'] },
);

/** One whose form is right, so that what the campaign says counts; few numbers, so that some come twice. */
const goodRecord = fc.record(
  {
    sessionId: fc.constantFrom(null, '', 's', 't'),
    called: fc.array(
      fc.record(
        {
          calledNo: fc.constantFrom('1', '12', '123', '1234', '*#', '12345678'),
          type: mostly(fc.constant('SI'), fc.constantFrom('', null), 8),
        },
        { requiredKeys: ['calledNo'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    callData: fc.constantFrom(null, '', '{}', '1', '{"a":"\\u00e4"}', '{', "{'a':1}", ' '),
  },
  { requiredKeys: ['called'] },
);

/** Records with as many numbers as may be, by default and at most, and one more or less. */
const longRecord = fc
  .constantFrom(9, 10, 11, 99, 100, 101)
  .map((count) => ({ called: Array.from({ length: count }, (_, n) => ({ calledNo: `77${n}` })) }));

const body = fc.record(
  {
    callDataList: mostly<unknown>(
      fc.array(
        fc.oneof(
          { weight: 6, arbitrary: goodRecord },
          { weight: 3, arbitrary: often(record) },
          { weight: 1, arbitrary: longRecord },
        ),
        { minLength: 1, maxLength: 4 },
      ),
      fc.oneof(oddity, record),
    ),
    batchId: often(around(64)),
    unknown: fc.anything(),
  },
  { requiredKeys: ['callDataList'] },
);

const limits: fc.Arbitrary<CallLimits> = fc.record({
  maxRecordsPerCall: fc.integer({ min: 2, max: 6 }),
  maxNumbersPerRecord: fc.constantFrom(2, 3, 10, 100),
  minNumberLength: fc.constantFrom(1, 1, 2, 4),
  requireNumberType: fc.boolean(),
  requireJsonCallData: fc.boolean(),
});

test('the compiled rules of a call are the slow ones, for whatever comes out of JSON', () => {
  const codes = new Map<string, number>();
  fc.assert(
    fc.property(often(body), limits, (sent, given) => {
      // `undefined` has no form either; in JSON's typings it has.
      const bytes = Buffer.from(JSON.stringify(sent ?? null, plainValues));
      const parsed = parseJson(bytes);
      if ('code' in parsed) throw new Error('the test made a body that is not JSON');
      const verdict = slowCall(parsed.value, given);
      codes.set(verdict?.code ?? 'right', (codes.get(verdict?.code ?? 'right') ?? 0) + 1);
      const fault =
        checkCall(parsed.value, given) ??
        checkCallForCampaign(parsed.value, given, new DuplicateIndex(0));
      expect(fault === null ? null : { code: fault.code, place: fault.place }).toEqual(verdict);
    }),
    { numRuns: 6_000 },
  );
  // The generator is of use only as long as it brings each rule about.
  expect([...codes.keys()].sort()).toEqual([
    '02000001',
    '02000002',
    '02000003',
    '02000004',
    '02000006',
    '02000007',
    '02000008',
    '02000009',
    '02000010',
    '02000011',
    '0200018',
    '0200029',
    '0200030',
    'right',
  ]);
});

/** `fc.anything()` makes values that JSON has no form for. */
function plainValues(_: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
}
