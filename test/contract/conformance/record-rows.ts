import { unpaced } from '../../support/factories.ts';
import type { CampaignSettings } from '../../support/factories.ts';
import type { Fault, Texts } from './wording.ts';
import * as says from './wording.ts';

// Longer than other files: these are data, and the order of the rows is that of the interface's tables.

/** The campaigns that the rows are for. Calls may be long here: what a call may hold, the rows of calls are about. */
export const CAMPAIGNS = {
  plain: unpaced({ maxRecordsPerCall: 2_000 }),
  strict: unpaced({
    maxRecordsPerCall: 2_000,
    requireNumberType: true,
    requireJsonCallData: true,
    minNumberLength: 4,
  }),
  least: unpaced({ maxRecordsPerCall: 2_000, maxNumbersPerRecord: 1, minNumberLength: 24 }),
  most: unpaced({ maxRecordsPerCall: 2_000, maxNumbersPerRecord: 100 }),
} as const satisfies Record<string, CampaignSettings>;

export type CampaignName = keyof typeof CAMPAIGNS;

/** One record, and what becomes of it in a call and in an upload. */
export interface RecordRow {
  readonly what: string;
  readonly campaign: CampaignName;
  /** Its JSON text: some things that are sent have no form as a value. */
  readonly text: string;
  /** null: it is fine, and comes back unchanged. */
  readonly fault: Fault | null;
  /** Of a fine one: what is kept beside it. */
  readonly kept: { readonly priority: number; readonly recycleAt: string | null };
}

let numbers = 0;

/** A number of 24 digits that no other row has: it is right for every campaign. */
const freshNumber = (): string => String((numbers += 1)).padStart(24, '0');

const json = (value: unknown): string => JSON.stringify(value);

/** The text of a record that is right but for the members given. */
const record = (members: object): string =>
  json({ called: [{ calledNo: freshNumber(), type: 'a' }], ...members });

/** The same with members as they are written: `"priority":1e3`. */
const written = (members: string): string =>
  `{"called":[{"calledNo":"${freshNumber()}"}],${members}}`;

/** The text of a record whose first number is right but for the members given. */
const number = (members: object): string =>
  record({ called: [{ calledNo: freshNumber(), ...members }] });

const writtenNumber = (members: string): string =>
  `{"called":[{"calledNo":"${freshNumber()}",${members}}]}`;

const called = (count: number): object => ({
  called: Array.from({ length: count }, () => ({ calledNo: freshNumber() })),
});

const NOTHING = { priority: 3, recycleAt: null };

const fine = (
  what: string,
  text: string,
  campaign: CampaignName = 'plain',
  kept: Partial<RecordRow['kept']> = {},
): RecordRow => ({ what, campaign, text, fault: null, kept: { ...NOTHING, ...kept } });

const bad = (
  code: string,
  place: string,
  texts: Texts,
  text: string,
  what: string,
  campaign: CampaignName = 'plain',
): RecordRow => ({ what, campaign, text, fault: { code, place, texts }, kept: NOTHING });

const SPECIAL = Array.from('`~!@#$%^&*()+=|{}\'":;<>/?.\\[]¥￥…-,');
const EMOJI = '\u{1F4DE}';
const HIGH = '\ud83d';
const LOW = '\udcde';

/** Every text of a record: where it is, how to send it (`value` as it is written), its rules. */
interface TextMember {
  readonly place: string;
  readonly send: (value: string) => string;
  readonly max?: number;
  /** What its characters are judged by. */
  readonly characters: Texts;
  /** What is said of an emoji that is short enough; absent where it is fine. */
  readonly emoji?: readonly [code: string, texts: Texts];
}

const inRecord = (name: string) => (value: string) => written(`"${name}":${value}`);

const TEXT_MEMBERS: readonly TextMember[] = [
  { place: 'sessionId', send: inRecord('sessionId'), max: 32, characters: says.TEXT },
  {
    place: 'called[0].calledNo',
    send: (value) => `{"called":[{"calledNo":${value}}]}`,
    max: 24,
    characters: says.PHONE,
    emoji: ['02000002', says.PHONE],
  },
  {
    place: 'called[0].delayTime',
    send: (value) => writtenNumber(`"delayTime":${value}`),
    characters: says.TEXT,
    emoji: ['02000007', says.DELAY],
  },
  {
    place: 'called[0].type',
    send: (value) => writtenNumber(`"type":${value}`),
    max: 20,
    characters: says.PLAIN,
  },
  { place: 'caller', send: inRecord('caller'), max: 24, characters: says.TEXT },
  { place: 'customField', send: inRecord('customField'), max: 200, characters: says.PLAIN },
  {
    place: 'recycleTime',
    send: inRecord('recycleTime'),
    characters: says.TEXT,
    emoji: ['0200030', says.TIME],
  },
  { place: 'callData', send: inRecord('callData'), max: 1_024, characters: says.TEXT },
  {
    place: 'priority',
    send: inRecord('priority'),
    characters: says.TEXT,
    emoji: ['02000007', says.range(1, 5)],
  },
];

const NO_TEXTS = ['1e3', '-0', '1.0', 'true', '[]', '{}'];

/** What holds for every text alike: its type, its length in code points, NUL and surrogates. */
function textRows({ place, send, max, characters, emoji }: TextMember): RecordRow[] {
  const rows = NO_TEXTS.map((value) => bad('02000006', place, says.STRING, send(value), value));
  const most = max ?? 1;
  const atLimit = send(json(EMOJI.repeat(most)));
  rows.push(
    emoji === undefined
      ? fine(`${most} emoji in ${place}`, atLimit)
      : bad(emoji[0], place, emoji[1], atLimit, `${most} emoji`),
  );
  if (max !== undefined) {
    const tooLong = says.longer(max);
    rows.push(
      bad('02000003', place, tooLong, send(json(EMOJI.repeat(max + 1))), 'emoji, one too many'),
      // Its length is looked at before its characters; a lone surrogate is one character.
      bad('02000003', place, tooLong, send(json('\0'.repeat(max + 1))), 'too long before NUL'),
      bad(
        '02000003',
        place,
        tooLong,
        send(json(LOW.repeat(max + 1))),
        'too long before surrogates',
      ),
    );
  }
  for (const [what, text] of [
    ['NUL', '1\0'],
    ['a high surrogate alone', `1${HIGH}`],
    ['a low surrogate alone', `${LOW}1`],
    ['surrogates the wrong way round', `${LOW}${HIGH}`],
  ] as const) {
    rows.push(bad('02000002', place, characters, send(json(text)), what));
  }
  return rows;
}

const MISSING_ROWS = [
  bad('02000001', 'called', says.MISSING, '{}', 'absent'),
  bad('02000001', 'called', says.MISSING, '{"called":null}', 'null'),
  bad('02000001', 'called', says.MISSING, '{"called":[]}', 'empty'),
  bad('02000001', 'called[0].calledNo', says.MISSING, '{"called":[{}]}', 'absent'),
  bad('02000001', 'called[0].calledNo', says.MISSING, '{"called":[{"calledNo":null}]}', 'null'),
  bad('02000001', 'called[0].calledNo', says.MISSING, '{"called":[{"calledNo":""}]}', 'empty'),
  fine(
    'null where a member is optional',
    writtenNumber('"delayTime":null,"type":null').replace(
      /\}$/,
      ',"sessionId":null,"caller":null,"customField":null,"recycleTime":null,"callData":null,"priority":null}',
    ),
  ),
  fine(
    'the empty text where a member is optional',
    writtenNumber('"delayTime":"","type":""').replace(
      /\}$/,
      ',"sessionId":"","caller":"","customField":"","recycleTime":"","callData":"","priority":""}',
    ),
  ),
];

const TYPE_ROWS = [
  ...['null', '1e3', '-0', '"x"', 'true', '[]', '[{"called":[{"calledNo":"1"}]}]'].map((text) =>
    bad('02000006', '', says.OBJECT, text, text),
  ),
  ...['"13800138000"', '""', '1e3', 'false', '{}', '{"0":{"calledNo":"1"},"length":1}'].map(
    (list) => bad('02000006', 'called', says.LIST_TYPE, `{"called":${list}}`, list),
  ),
  ...['null', '"13800138000"', '1.0', '[]', '[{"calledNo":"1"}]'].map((item) =>
    bad('02000006', 'called[0]', says.OBJECT, `{"called":[${item}]}`, item),
  ),
];

const CHARACTER_ROWS = [
  ...SPECIAL.map((character) =>
    bad('02000002', 'customField', says.PLAIN, record({ customField: `a${character}` }), character),
  ),
  ...SPECIAL.map((character) =>
    bad('02000002', 'called[0].type', says.PLAIN, number({ type: character }), character),
  ),
  fine(
    'what looks like special characters',
    record({ customField: '_ ，。？！：；（）【】～·§€£' }),
  ),
  fine('special characters in callData', record({ callData: SPECIAL.join('') })),
  fine('special characters in caller', record({ caller: '+49 (30) 1234-5' })),
  fine('special characters in sessionId', record({ sessionId: SPECIAL.slice(0, 32).join('') })),
  ...['０', '１３８', '+8613800138000', '12 34', '1-2', '13800138000\n', 'a', '٣', '1e3'].map(
    (calledNo) =>
      bad('02000002', 'called[0].calledNo', says.PHONE, number({ calledNo }), json(calledNo)),
  ),
  fine('every character of a number', number({ calledNo: '*#9876543210*#0123456789' })),
];

const VALUE_ROWS = [
  ...['86401', '99999', '000000', '-1', '+1', ' 1', '1 ', '1.0', '1e3', '-0', '０', '0x1', 'x'].map(
    (delayTime) =>
      bad('02000007', 'called[0].delayTime', says.DELAY, number({ delayTime }), delayTime),
  ),
  ...['0', '00000', '00086', '86399', '86400'].map((delayTime) =>
    fine(`delayTime ${delayTime}`, number({ delayTime })),
  ),
  ...['0', '6', '03', '3.0', ' 3', '3 ', '３', '1e0', '-0', '+1', 'a', '11'].map((priority) =>
    bad('02000007', 'priority', says.range(1, 5), record({ priority }), json(priority)),
  ),
  ...['1', '2', '3', '4', '5'].map((priority) =>
    fine(`priority ${priority}`, record({ priority }), 'plain', { priority: Number(priority) }),
  ),
];

/** The service's zone is Europe/Berlin. */
const TIME_ROWS = [
  ...[
    ['2027-01-31 00:00:00', '2027-01-30T23:00:00.000Z', 'the first second of a day'],
    ['2028-02-29 23:59:59', '2028-02-29T22:59:59.000Z', 'a leap year'],
    ['2000-02-29 12:00:00', '2000-02-29T11:00:00.000Z', 'a leap year of a full century'],
    ['2027-03-28 01:59:59', '2027-03-28T00:59:59.000Z', 'before the clocks go forward'],
    ['2027-03-28 02:30:00', '2027-03-28T01:30:00.000Z', 'an hour that no clock shows'],
    ['2027-03-28 03:00:00', '2027-03-28T01:00:00.000Z', 'behind it'],
    ['2027-10-31 02:30:00', '2027-10-31T00:30:00.000Z', 'an hour that comes twice'],
    ['2027-10-31 03:00:00', '2027-10-31T02:00:00.000Z', 'behind both'],
    ['9999-12-31 23:59:59', '9999-12-31T22:59:59.000Z', 'the last year'],
  ].map(([recycleTime, recycleAt = '', what = '']) =>
    fine(`recycleTime ${what}`, record({ recycleTime }), 'plain', { recycleAt }),
  ),
  ...[
    ...['2027-02-29 10:00:00', '1900-02-29 10:00:00', '2027-04-31 10:00:00', '2027-13-01 10:00:00'],
    ...['2027-00-01 10:00:00', '2027-01-00 10:00:00', '0000-01-01 10:00:00', '2027-01-31 24:00:00'],
    ...['2027-01-31 10:60:00', '2027-01-31 10:00:60', '2027-01-31T10:00:00', '2027-01-31 10:00'],
    ...['2027-01-31 10:0', '2027-01-31', '2027-01-31 ', '2027-01-31 1', '27-01-31 10:00:00'],
    ...['2027/01/31 10:00:00', '2027-01-31 10:00:00Z', '2027-01-31  10:00:00', ' '],
    ...['２０２７-01-31 10:00:00', '2027-1-31 10:00:00', '1735689600', '2027-01-31 10:00:00.0'],
    // A real hour counts only on a real day.
    ...['2027-02-30 10', '2027-01-31 24', '2027-02-29 10:'],
  ].map((recycleTime) =>
    bad('0200030', 'recycleTime', says.TIME, record({ recycleTime }), json(recycleTime)),
  ),
  ...['2027-01-31 10', '2027-01-31 00', '2028-02-29 23', '2027-01-31 10:'].map((recycleTime) =>
    bad('02000010', 'recycleTime', says.NO_MINUTE, record({ recycleTime }), json(recycleTime)),
  ),
];

const typed = (calledNo = freshNumber()): object => ({ calledNo, type: 'a' });

const CAMPAIGN_ROWS = [
  bad(
    '02000004',
    'called[1].calledNo',
    says.shorter(4),
    record({ called: [typed(), typed('138')] }),
    'one too few',
    'strict',
  ),
  fine('a number as short as may be', record({ called: [typed('1380')] }), 'strict'),
  bad(
    '02000004',
    'called[0].calledNo',
    says.shorter(24),
    record({ called: [typed('1'.repeat(23))] }),
    'the most that can be asked for',
    'least',
  ),
  fine('a number of the only length there is', record({}), 'least'),
  fine('a number of one digit', number({ calledNo: '1' })),
  ...[undefined, null, ''].map((type) =>
    bad(
      '02000009',
      'called[1].type',
      says.NO_TYPE,
      record({ called: [typed(), { calledNo: freshNumber(), type }] }),
      type === undefined ? 'absent' : json(type),
      'strict',
    ),
  ),
  fine('no type where none is asked for', number({})),
  ...['{', '{a:1}', "{'a':1}", 'NaN', '１', '\ufeff{}', '01', '1 2', ' ', '{"a":1,}'].map(
    (callData) =>
      bad('02000008', 'callData', says.NOT_JSON, record({ callData }), json(callData), 'strict'),
  ),
  ...['{}', '[]', '1', '"x"', 'null', ' {"a":1} ', '-0', '1e3', '', '{"a":1,"a":2}'].map(
    (callData) => fine(`callData ${callData}`, record({ callData }), 'strict'),
  ),
  fine('callData 512 deep', record({ callData: '['.repeat(512) + ']'.repeat(512) }), 'strict'),
  fine('callData null', record({ callData: null }), 'strict'),
  fine('callData that is no JSON where none is asked for', record({ callData: '{' })),
  fine('10 numbers', record(called(10))),
  bad('02000011', 'called', says.moreItems(10), record(called(11)), '11'),
  fine('1 number of 1', record(called(1)), 'least'),
  bad('02000011', 'called', says.moreItems(1), record(called(2)), '2', 'least'),
  fine('100 numbers of 100', record(called(100)), 'most'),
  bad('02000011', 'called', says.moreItems(100), record(called(101)), '101', 'most'),
];

const same = freshNumber();

const DUPLICATE_ROWS = [
  bad(
    '0200018',
    'called[2].calledNo',
    says.TWICE,
    json({ sessionId: 's', called: [typed(), { calledNo: '7' }, { calledNo: '7' }] }),
    'in one record',
  ),
  fine('a number', json({ sessionId: 'a', called: [{ calledNo: same }] })),
  fine(
    'the same number under another session',
    json({ sessionId: 'b', called: [{ calledNo: same }] }),
  ),
  fine('and under none', json({ called: [{ calledNo: same }] })),
];

/** Members that nobody knows are harmless, whatever they hold; and members that are there twice. */
const UNKNOWN_ROWS = [
  fine(
    'NUL and lone surrogates in members that nobody knows',
    record({ x: ['\0', HIGH, LOW], '\0': 1 }),
  ),
  fine('a member named __proto__', written('"__proto__":{"priority":"9","called":1}')),
  fine(
    'members of every object',
    written('"constructor":{"prototype":1},"toString":"x","length":-1'),
  ),
  fine('62 levels', written(`"x":${'['.repeat(61)}${']'.repeat(61)}`)),
  fine(
    'a member that is there twice, of which the last counts',
    written('"priority":"9","priority":"1"'),
    'plain',
    {
      priority: 1,
    },
  ),
  bad(
    '02000007',
    'priority',
    says.range(1, 5),
    written('"priority":"1","priority":"9"'),
    'the last of two',
  ),
  bad(
    '02000001',
    'called',
    says.MISSING,
    '{"__proto__":{"called":[{"calledNo":"1"}]}}',
    'a prototype has none',
  ),
  bad(
    '02000001',
    'called[0].calledNo',
    says.MISSING,
    '{"called":[{"__proto__":{"calledNo":"1"}}]}',
    'a prototype has none',
  ),
  fine('names written with escapes', `{"\\u0063alled":[{"calledN\\u006f":"${freshNumber()}"}]}`),
];

export const RULE_ROWS: readonly RecordRow[] = [
  ...MISSING_ROWS,
  ...TYPE_ROWS,
  ...TEXT_MEMBERS.flatMap(textRows),
  ...CHARACTER_ROWS,
  ...VALUE_ROWS,
  ...TIME_ROWS,
  ...CAMPAIGN_ROWS,
  ...DUPLICATE_ROWS,
  ...UNKNOWN_ROWS,
];

const BROKEN = { calledNo: 1 };
const STRAY = '\0';

/** Neighbours in the order of checks: a record that breaks both, and the first of the two. */
export const ORDER_ROWS: readonly RecordRow[] = [
  // Of one member; length before characters is with the texts.
  bad('02000006', 'sessionId', says.STRING, record({ sessionId: [] }), 'type, emptiness'),
  bad('02000006', 'called', says.LIST_TYPE, '{"called":""}', 'type, emptiness'),
  bad(
    '02000006',
    'called[0].calledNo',
    says.STRING,
    '{"called":[{"calledNo":[]}]}',
    'type, emptiness',
  ),
  bad(
    '02000001',
    'called[0].calledNo',
    says.MISSING,
    '{"called":[{"calledNo":"","type":"a"}]}',
    'emptiness, the least length',
    'strict',
  ),
  bad(
    '02000002',
    'called[0].delayTime',
    says.TEXT,
    number({ delayTime: '-\0' }),
    'characters, value',
  ),
  bad('02000002', 'recycleTime', says.TEXT, record({ recycleTime: '2027\0' }), 'characters, value'),
  bad('02000002', 'priority', says.TEXT, record({ priority: '9\0' }), 'characters, value'),
  bad(
    '02000011',
    'called',
    says.moreItems(1),
    record({ called: [BROKEN, BROKEN] }),
    'how many, each of them',
    'least',
  ),
  // Of one member and the next.
  bad('02000002', 'sessionId', says.TEXT, json({ sessionId: STRAY, called: 1 }), 'then called'),
  bad(
    '02000006',
    'called[0]',
    says.OBJECT,
    json({ called: [7, BROKEN] }),
    'the number, then the next',
  ),
  bad(
    '02000002',
    'called[0].calledNo',
    says.PHONE,
    number({ calledNo: 'x', delayTime: 1 }),
    'then delayTime',
  ),
  bad(
    '02000007',
    'called[0].delayTime',
    says.DELAY,
    number({ delayTime: 'x', type: 1 }),
    'then type',
  ),
  bad(
    '02000002',
    'called[0].type',
    says.PLAIN,
    record({ called: [{ calledNo: '1', type: STRAY }, 7] }),
    'then the next number',
  ),
  bad(
    '02000002',
    'called[1].type',
    says.PLAIN,
    record({ called: [typed(), { calledNo: '1', type: STRAY }], caller: 1 }),
    'then caller',
  ),
  bad(
    '02000002',
    'caller',
    says.TEXT,
    record({ caller: STRAY, customField: 1 }),
    'then customField',
  ),
  bad(
    '02000002',
    'customField',
    says.PLAIN,
    record({ customField: STRAY, recycleTime: 1 }),
    'then recycleTime',
  ),
  bad(
    '0200030',
    'recycleTime',
    says.TIME,
    record({ recycleTime: 'x', callData: 1 }),
    'then callData',
  ),
  bad(
    '02000010',
    'recycleTime',
    says.NO_MINUTE,
    record({ recycleTime: '2027-01-31 10', callData: 1 }),
    'then callData',
  ),
  bad('02000002', 'callData', says.TEXT, record({ callData: STRAY, priority: 1 }), 'then priority'),
  // Of the form and the campaign's rules, and of these.
  bad(
    '02000007',
    'priority',
    says.range(1, 5),
    record({ called: [typed('138')], priority: '9' }),
    'the form, then the least length',
    'strict',
  ),
  bad(
    '02000004',
    'called[1].calledNo',
    says.shorter(4),
    record({ called: [{ calledNo: '1380' }, typed('138')] }),
    'the least length of all, then the types',
    'strict',
  ),
  bad(
    '02000009',
    'called[0].type',
    says.NO_TYPE,
    record({ called: [{ calledNo: '1380' }], callData: '{' }),
    'the types, then callData',
    'strict',
  ),
  bad(
    '02000008',
    'callData',
    says.NOT_JSON,
    record({ called: [typed('1381'), typed('1381')], callData: '{' }),
    'callData, then numbers that are there twice',
    'strict',
  ),
];

/** Bytes that are no JSON text in UTF-8: alone the body of a call, among lines one invalid record. */
export interface BrokenRow {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly texts: Texts;
}

const broken = (what: string, texts: Texts, ...parts: (string | number)[]): BrokenRow => ({
  what,
  texts,
  bytes: Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))),
  ),
});

const HEAD = '{"called":[{"calledNo":"1"}],"x":"';
const TAIL = '"}';

export const BROKEN_ROWS: readonly BrokenRow[] = [
  broken('a text that is cut off', says.NOT_JSON, HEAD),
  broken('a raw NUL in a text', says.NOT_JSON, HEAD, 0, TAIL),
  broken('a raw NUL between members', says.NOT_JSON, '{"called":[],', 0, '"x":1}'),
  broken('a raw tab in a text', says.NOT_JSON, HEAD, 9, TAIL),
  broken('two texts', says.NOT_JSON, '{} {}'),
  broken('a comment', says.NOT_JSON, '{/* */}'),
  broken('a number that is none', says.NOT_JSON, '{"x":01}'),
  broken('full-width digits', says.NOT_JSON, '{"x":０}'),
  broken('an escape that is none', says.NOT_JSON, HEAD, '\\u12', TAIL),
  broken('bytes that begin nothing', says.NOT_UTF8, HEAD, 0xff, 0xfe, TAIL),
  broken('a sequence that is cut off', says.NOT_UTF8, HEAD, 0xe4, 0xb8, TAIL),
  broken('an overlong form', says.NOT_UTF8, HEAD, 0xc0, 0xaf, TAIL),
  broken('a raw surrogate', says.NOT_UTF8, HEAD, 0xed, 0xa0, 0xbd, TAIL),
  broken('what is beyond Unicode', says.NOT_UTF8, HEAD, 0xf4, 0x90, 0x80, 0x80, TAIL),
  broken('65 levels', says.TOO_DEEP, '['.repeat(65), ']'.repeat(65)),
  broken('30,000 levels', says.TOO_DEEP, '['.repeat(30_000), ']'.repeat(30_000)),
  broken('12,000 levels without an end', says.TOO_DEEP, '{"x":'.repeat(12_000)),
];
