import { describe, expect, test } from '@jest/globals';
import type { Receipt } from '#client';
import { judge } from './checks.ts';
import type { Shown } from './checks.ts';
import type { Evidence } from './evidence.ts';
import type { Kind } from './sample/kinds.ts';

const FIRST = 1_000_000_000_000_000_000n;
const lines = ['{"a":1}', '{', '{"b":2}'].map((line) => Buffer.from(line));
const idOf = (place: number): string => String(FIRST + BigInt(place));

const receipt = (line: number, changes: Partial<Receipt>): Receipt => ({
  line,
  sessionId: null,
  called: null,
  outcome: 'accepted',
  dataId: null,
  code: null,
  detail: null,
  ...changes,
});

const kind: Kind = {
  what: 'broken',
  outcome: 'invalid',
  code: '02000008',
  count: 1,
  spoil: () => '{',
};

const counts = {
  received: 3,
  accepted: 2,
  invalid: 1,
  duplicate: 0,
  blocklisted: 0,
  refused: 0,
  dropped: 0,
  pending: 0,
};

const upload = { counts, batches: { total: 1, done: 1 } };

const firstReceipt = receipt(1, { dataId: idOf(0) });
const lastReceipt = receipt(3, { dataId: idOf(1) });
const receipts = [firstReceipt, receipt(2, { outcome: 'invalid', code: '02000008' }), lastReceipt];

const call = [{ called: '1', dataId: idOf(2048) }];

const shown: Shown = {
  upload,
  receipts,
  blocked: 1,
  answer: { returnObject: { totalSize: 3, dataIdList: call } },
  lines,
  kinds: [kind],
};

const firstRecord = { dataId: idOf(0), line: 1, source: '{"a":1}' };
const lastRecord = { dataId: idOf(1), line: 3, source: '{"b":2}' };
const records = [firstRecord, lastRecord];
const rejection = { line: 2, outcome: 'invalid', code: '02000008', source: Buffer.from('{') };

const found: Evidence = {
  records,
  rejections: [rejection],
  incomplete: 3,
  waiting: 3,
  blocked: 1,
  blockedAdmitted: 0,
  repeatedAdmitted: 0,
  admissions: 2,
  gapsMs: [1000],
  admissionIntervalMs: 1000,
  called: call,
};

const failed = (changes: Partial<Evidence>, other: Partial<Shown> = {}): string =>
  judge({ ...shown, ...other }, { ...found, ...changes })
    .filter(({ passed }) => !passed)
    .map(({ what }) => what)
    .join('\n');

test('what agrees passes', () => {
  expect(failed({})).toBe('');
});

describe('a check fails when', () => {
  test.each<[string, RegExp, Partial<Evidence>, Partial<Shown>?]>([
    ['a rejection is missing', /^invalid: as many/m, { rejections: [] }],
    [
      'a rejection has another outcome',
      /^duplicate: as many/m,
      { rejections: [{ ...rejection, outcome: 'duplicate' }] },
    ],
    ['a record is missing', /^accepted: as many/m, { records: records.slice(1) }],
    [
      'something is pending',
      /none pending/,
      {},
      { upload: { ...upload, counts: { ...counts, accepted: 1, pending: 1 } } },
    ],
    ['the file has other lines', /lines of the file/, {}, { lines: lines.slice(1) }],
    [
      'a data ID is another one',
      /data IDs are the table's/,
      { records: [{ ...firstRecord, dataId: idOf(7) }, lastRecord] },
    ],
    [
      'the data IDs are not in the order of the lines',
      /data IDs are the table's/,
      { records: records.toReversed() },
      { receipts: receipts.toReversed() },
    ],
    ['a receipt is missing', /every other receipt/, {}, { receipts: [firstReceipt, lastReceipt] }],
    [
      'a rejection has another code',
      /^every other receipt(.|\n)*^each code/m,
      { rejections: [{ ...rejection, code: '02000006' }] },
    ],
    ['a kind is missing', /each code/, {}, { kinds: [] }],
    [
      'a record was altered',
      /byte for byte/,
      { records: [{ ...firstRecord, source: '{"a": 1}' }, lastRecord] },
    ],
    [
      'a rejected line was altered',
      /byte for byte/,
      { rejections: [{ ...rejection, source: Buffer.from('') }] },
    ],
    ['a blocked number was admitted', /blocklist was admitted/, { blockedAdmitted: 1 }],
    ['the blocklist has fewer numbers', /blocklist was admitted/, { blocked: 0 }],
    ['a number was admitted twice', /admitted twice/, { repeatedAdmitted: 1 }],
    ["the call's record is missing", /synchronous call's/, { called: [] }],
    [
      'the call was refused',
      /synchronous call's/,
      { called: [], incomplete: 2, waiting: 2 },
      { answer: {} },
    ],
    ['the counter is off', /incomplete records/, { incomplete: 4 }],
    ['a row waits too much', /incomplete records/, { waiting: 4 }],
    ['two admissions are too close', /apart/, { gapsMs: [999.999] }],
    ['an admission is missing', /apart/, { admissions: 1, gapsMs: [] }],
  ])('%s', (_, what, ...changes) => {
    expect(failed(...changes)).toMatch(what);
  });
});
