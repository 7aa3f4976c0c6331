import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../json/parse-json.ts';
import { checkRecordForm } from './check-record.ts';
import { DEFAULT_RECORD_LIMITS } from './limits.ts';

type Verdict = { code: string; place: string | undefined } | null;
type Json = Record<string, unknown>;

const SPECIAL = '`~!@#$%^&*()+=|{}\'":;<>/?.\\[]¥￥…-,';

/** The rules once more: written to be read, with none of the code that is tested. */
function slowCheck(record: unknown, maxNumbers: number): Verdict {
  const is = (code: string, place?: string): Verdict => ({ code, place });
  const isObject = (value: unknown): value is Json =>
    Object.prototype.toString.call(value) === '[object Object]';
  const text = (
    place: string,
    value: unknown,
    max: number,
    allowed: (character: string) => boolean,
    judge: (text: string) => string | null = () => null,
    mandatory = false,
  ): Verdict => {
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
  };
  const any = () => true;
  const plain = (character: string) => !SPECIAL.includes(character);

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

test('the compiled rules are the slow ones, for whatever comes out of JSON', () => {
  const codes = new Map<string, number>();
  fc.assert(
    fc.property(often(record), fc.integer({ min: 2, max: 6 }), (sent, maxNumbersPerRecord) => {
      // `undefined` has no form either; in JSON's typings it has.
      const line = Buffer.from(JSON.stringify(sent ?? null, plainValues));
      const parsed = parseJson(line);
      if ('code' in parsed) throw new Error('the test made a line that is not JSON');
      const verdict = slowCheck(parsed.value, maxNumbersPerRecord);
      codes.set(verdict?.code ?? 'right', (codes.get(verdict?.code ?? 'right') ?? 0) + 1);
      const fault = checkRecordForm(parsed.value, {
        ...DEFAULT_RECORD_LIMITS,
        maxNumbersPerRecord,
      });
      expect(fault === null ? null : { code: fault.code, place: fault.place }).toEqual(verdict);
    }),
    { numRuns: 4000 },
  );
  // The generator is of use only as long as it brings each rule about.
  expect([...codes.keys()].sort()).toEqual([
    '02000001',
    '02000002',
    '02000003',
    '02000006',
    '02000007',
    '02000010',
    '02000011',
    '0200030',
    'right',
  ]);
});

/** `fc.anything()` makes values that JSON has no form for. */
function plainValues(_: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
}
