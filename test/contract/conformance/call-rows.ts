import type { CampaignSettings } from '../../support/factories.ts';
import { unpaced } from '../../support/factories.ts';
import type { Fault, Texts } from './wording.ts';
import * as says from './wording.ts';

/** By number. 9 is none. */
export const CALL_CAMPAIGNS: Readonly<Record<number, CampaignSettings>> = {
  1: unpaced(),
  2: unpaced({ requireNumberType: true, requireJsonCallData: true, minNumberLength: 4 }),
  3: unpaced({ maxRecordsPerCall: 1 }),
  4: unpaced({ maxRecordsPerCall: 2_000 }),
  5: unpaced({ state: 'completed', minNumberLength: 4 }),
};

/** A call that is refused, by what only calls have: the body, the path, the key, the list, `batchId`, the campaign. */
export interface CallRow {
  readonly what: string;
  readonly body: string | Uint8Array;
  readonly fault: Fault;
  /** The end of the path, `{vdn}` for a VDN that has the campaigns. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Rest {
  readonly vdn?: string | number;
  readonly campaign?: string | number;
  readonly key?: string;
}

const row = (
  code: string,
  place: string,
  texts: Texts,
  body: string | Uint8Array,
  what: string,
  { vdn = '{vdn}', campaign = 1, key }: Rest = {},
): CallRow => ({
  what,
  body,
  fault: { code, place, texts },
  path: `${vdn}/calldata/${campaign}`,
  headers: key === undefined ? {} : { 'idempotency-key': key },
});

const EMOJI = '\u{1F4DE}';
const GOOD = { called: [{ calledNo: '1380', type: 'a' }] };
const BAD = { called: 1 };
const LIST = 'callDataList';

const json = (value: unknown): string => JSON.stringify(value);
const list = (records: readonly unknown[], members: object = {}): string =>
  json({ callDataList: records, ...members });
const times = (count: number, record: unknown): unknown[] =>
  Array.from({ length: count }, () => record);

const IDS = [
  ['vdnId', 'vdn', 9_999],
  ['campaignId', 'campaign', 2 ** 53 - 1],
] as const;

const PATH_ROWS = IDS.flatMap(([place, name, max]) => [
  ...['x', '1.0', '1e3', '-', '%31x', '%EF%BC%90', '0x1', '+', '%201'].map((id) =>
    row('02000006', place, says.INTEGER, list([GOOD]), id, { [name]: id }),
  ),
  ...['0', '-1', String(max + 1), '000', '9'.repeat(40)].map((id) =>
    row('02000007', place, says.range(1, max), list([GOOD]), id.slice(0, 20), { [name]: id }),
  ),
]);

const LIST_ROWS = [
  ...['{}', '{"callDataList":null}', '{"callDataList":[]}', '{"calldatalist":[{}]}'].map((body) =>
    row('02000001', LIST, says.MISSING, body, body),
  ),
  row(
    '02000001',
    LIST,
    says.MISSING,
    `{"__proto__":${list([GOOD])}}`,
    'the body has none, a prototype has',
  ),
  ...['""', '1e3', 'true', '{}', '{"length":1,"0":{}}'].map((value) =>
    row('02000006', LIST, says.LIST_TYPE, `{"callDataList":${value}}`, value),
  ),
  row(
    '02000006',
    LIST,
    says.LIST_TYPE,
    '{"callDataList":[{}],"callDataList":1}',
    'the last of two',
  ),
  row('0200029', LIST, says.moreRecords(20), list(times(21, GOOD)), '21 by default'),
  row('0200029', LIST, says.moreRecords(1), list([GOOD, GOOD]), '2 of 1', { campaign: 3 }),
  row('0200029', LIST, says.moreRecords(2_000), list(times(2_001, GOOD)), '2001 of 2000', {
    campaign: 4,
  }),
];

const BATCH_ID_ROWS = [
  ...['1e3', '-0', '1.0', 'true', '[]', '{}'].map((batchId) =>
    row(
      '02000006',
      'batchId',
      says.STRING,
      `{"batchId":${batchId},${list([GOOD]).slice(1)}`,
      batchId,
    ),
  ),
  row('02000003', 'batchId', says.longer(64), list([GOOD], { batchId: EMOJI.repeat(65) }), 'emoji'),
  row('02000003', 'batchId', says.longer(64), list([GOOD], { batchId: '\0'.repeat(65) }), 'NUL'),
  ...['a\0', 'a\ud83d', '\udcdea'].map((batchId) =>
    row('02000002', 'batchId', says.TEXT, list([GOOD], { batchId }), json(batchId)),
  ),
];

/** What makes a record of a call long has a code, where the interface knows it. */
const LONG_ROWS = [
  row(
    '02000003',
    `${LIST}[0].callData`,
    says.longer(1_024),
    list([{ ...GOOD, callData: 'x'.repeat(70_000) }]),
    'longer than a line may be',
  ),
  row(
    '02000011',
    `${LIST}[0].called`,
    says.moreItems(10),
    list([{ called: times(20_000, { calledNo: '1380' }) }]),
    '20,000 numbers',
  ),
  row(
    '02000006',
    `${LIST}[1].called`,
    says.LIST_TYPE,
    list([{ ...GOOD, x: 'x'.repeat(70_000) }, BAD]),
    'the rules, then the length of a record',
  ),
];

const KEY_ROWS = [
  row('02000005', 'Idempotency-Key', says.KEY_LENGTH, list([GOOD]), 'empty', { key: '' }),
  row('02000005', 'Idempotency-Key', says.KEY_LENGTH, list([GOOD]), '256', {
    key: 'k'.repeat(256),
  }),
];

const BODY_ROWS = [
  ...['null', '[]', '[{"callDataList":[]}]', '1e3', '-0', '"{}"', 'true'].map((body) =>
    row('02000006', 'body', says.OBJECT, body, body),
  ),
  row('02000008', 'body', says.NOT_JSON, '', 'empty'),
  row('02000008', 'body', says.NOT_JSON, ' ', 'blank'),
  row('02000008', 'body', says.NOT_JSON, '\ufeff\ufeff{}', 'two byte order marks'),
  row('02000008', 'body', says.NOT_UTF8, Buffer.from('\ufeff{}', 'utf16le'), 'UTF-16'),
  row('02000008', 'body', says.TOO_DEEP, '['.repeat(100_000), '100,000 levels without an end'),
  row(
    '02000008',
    'body',
    says.TOO_DEEP,
    `{"callDataList":[{"called":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`,
    '100,000 levels in a record',
  ),
  row(
    '02000008',
    'body',
    says.TOO_DEEP,
    list([{ ...GOOD, x: JSON.parse('['.repeat(62) + ']'.repeat(62)) as unknown }]),
    '65 levels, in a member that nobody knows',
  ),
];

const CAMPAIGN_ROWS = [
  row('0200007', '', says.NO_CAMPAIGN, list([GOOD]), 'no such campaign', { campaign: 9 }),
  row('0200019', '', says.CLOSED, list([GOOD]), 'completed', { campaign: 5 }),
  row(
    '0200018',
    'callDataList[2].called[1].calledNo',
    says.TWICE,
    list([
      { sessionId: 's', called: [{ calledNo: '2' }] },
      { called: [{ calledNo: '1' }] },
      { sessionId: '', called: [{ calledNo: '2' }, { calledNo: '1' }] },
      { sessionId: 's', called: [{ calledNo: '2' }] },
    ]),
    'without sessions',
  ),
];

/** Neighbours in the order of checks: a call that breaks both, and the first of the two. */
const ORDER_ROWS = [
  row('02000008', 'body', says.NOT_UTF8, Buffer.from('{"\xff', 'latin1'), 'UTF-8, then JSON'),
  row('02000008', 'body', says.TOO_DEEP, '['.repeat(65), 'the depth, then JSON'),
  row('02000008', 'body', says.NOT_JSON, '[', 'JSON, then an object'),
  row('02000006', 'body', says.OBJECT, '[]', 'the body, then the path', { vdn: 'x' }),
  row('02000006', 'vdnId', says.INTEGER, '{}', 'type, then value of the other', {
    vdn: 'x',
    campaign: 0,
  }),
  row('02000007', 'vdnId', says.range(1, 9_999), '{}', 'the VDN, then the campaign', {
    vdn: 0,
    campaign: 'x',
  }),
  row('02000006', 'campaignId', says.INTEGER, '{}', 'the path, then the key', {
    campaign: 'x',
    key: 'k'.repeat(256),
  }),
  row('02000005', 'Idempotency-Key', says.KEY_LENGTH, '{}', 'the key, then the list', {
    key: 'k'.repeat(256),
  }),
  row('02000006', LIST, says.LIST_TYPE, '{"callDataList":""}', 'type, then emptiness of the list'),
  row('02000001', LIST, says.MISSING, '{"callDataList":[],"batchId":1}', 'the list, then batchId'),
  row('0200029', LIST, says.moreRecords(20), list(times(21, 7)), 'how many, then each of them'),
  row(
    '02000006',
    'callDataList[0].called',
    says.LIST_TYPE,
    list([BAD, 7]),
    'a record, then the next one',
  ),
  row(
    '02000007',
    'callDataList[0].priority',
    says.range(1, 5),
    list([{ ...GOOD, priority: '9' }, BAD]),
    'the last of a record, then the first of the next',
  ),
  row(
    '02000007',
    'callDataList[1].priority',
    says.range(1, 5),
    list([GOOD, { ...GOOD, priority: '9' }], { batchId: 1 }),
    'the records, then batchId',
  ),
  row('02000002', 'batchId', says.TEXT, list([GOOD], { batchId: '\0' }), 'batchId, then campaign', {
    campaign: 9,
  }),
  row(
    '02000011',
    'callDataList[0].called',
    says.moreItems(10),
    list([{ called: times(11, 7) }]),
    'the form by default, then the campaign',
    { campaign: 9 },
  ),
  row(
    '0200029',
    LIST,
    says.moreRecords(20),
    list(times(21, GOOD)),
    'the default, then no campaign',
    {
      campaign: 9,
    },
  ),
  row(
    '0200007',
    '',
    says.NO_CAMPAIGN,
    list([GOOD, GOOD]),
    'no campaign, then numbers that are there twice',
    { campaign: 9 },
  ),
  row(
    '0200019',
    '',
    says.CLOSED,
    list([{ called: [{ calledNo: '1' }] }]),
    'the state, then the least length',
    { campaign: 5 },
  ),
  row(
    '02000008',
    'callDataList[0].callData',
    says.NOT_JSON,
    list([{ ...GOOD, callData: '{' }, { called: [{ calledNo: '1', type: 'a' }] }]),
    "a record's callData, then the next one's least length",
    { campaign: 2 },
  ),
  row(
    '02000004',
    'callDataList[2].called[0].calledNo',
    says.shorter(4),
    list([GOOD, GOOD, { called: [{ calledNo: '1', type: 'a' }] }]),
    'the least length of the last, then numbers that are there twice',
    { campaign: 2 },
  ),
];

export const CALL_ROWS: readonly CallRow[] = [
  ...PATH_ROWS,
  ...LIST_ROWS,
  ...BATCH_ID_ROWS,
  ...LONG_ROWS,
  ...KEY_ROWS,
  ...BODY_ROWS,
  ...CAMPAIGN_ROWS,
  ...ORDER_ROWS,
];
