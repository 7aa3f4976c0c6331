import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  checkRecordForCampaign,
  checkRecordForm,
  DuplicateIndex,
  parseJson,
  readRecord,
} from '#domain';
import { CAMPAIGN } from '../campaign.ts';
import { BLOCKED_NUMBERS } from './blocklist.ts';
import { KINDS } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { makeSample, SAMPLE_SIZE } from './make-sample.ts';
import type { SampleLine } from './make-sample.ts';
import { readSample } from './sample-file.ts';
import type { SampleRecord } from './record.ts';

/** The numbers for fiction once more, as the regulators write them, in every form that they may stand here. */
const FICTION = [
  /^1?[2-9]\d{2}55501\d{2}$/,
  /^(44|0044|0)(11[3-8]4960|1[2-6]14960|2079460|1914980|1632960|7700900)\d{3}$/,
  /^(33|0033|0)(19900|26191|35301|46571|53649|63998)\d{4}$/,
  /^(49|0049|0)(3023125|6990009|4066969|2214710|8999998)\d{3}$/,
];

let lines: SampleLine[];

beforeAll(() => {
  lines = makeSample();
});

const recordsOf = (wanted: (kind: Kind | null) => boolean): SampleRecord[] =>
  lines
    .filter(({ kind }) => wanted(kind))
    .map(({ bytes }) => JSON.parse(String(bytes)) as SampleRecord);

test('the committed sample is what the generator makes', async () => {
  const committed = await readSample();
  expect(committed).toHaveLength(SAMPLE_SIZE);
  const different = lines.findIndex(({ bytes }, index) => committed[index]?.equals(bytes) !== true);
  expect(different).toBe(-1);
});

test('holds 20,000 records, 19,622 of them to be admitted', () => {
  const count = (outcome: string | undefined): number =>
    lines.filter(({ kind }) => kind?.outcome === outcome).length;
  expect({
    received: lines.length,
    valid: count(undefined),
    invalid: count('invalid'),
    duplicate: count('duplicate'),
    blocklisted: count('blocklisted'),
  }).toEqual({ received: 20_000, valid: 19_622, invalid: 198, duplicate: 80, blocklisted: 100 });
});

test.each(KINDS.map((kind) => [kind.what, kind] as const))('%s: as many as it says', (_, kind) => {
  expect(lines.filter((line) => line.kind === kind)).toHaveLength(kind.count);
});

test('every line has the fault that it is meant to have, or none', () => {
  const claimed = new DuplicateIndex(0);
  const blocked = new Set(BLOCKED_NUMBERS);
  const codeOf = ({ bytes }: SampleLine): string | null => {
    const read = parseJson(bytes);
    if ('code' in read) return read.code;
    const fault =
      checkRecordForm(read.value, CAMPAIGN) ?? checkRecordForCampaign(read.value, CAMPAIGN);
    if (fault !== null) return fault.code;
    const record = readRecord(read.value);
    if (claimed.claim(record) !== null) return '0200018';
    return record.numbers.some((number) => blocked.has(number)) ? '0200024' : null;
  };
  const wrong = lines.filter((line) => codeOf(line) !== (line.kind?.code ?? null));
  expect(wrong.map(({ bytes }) => String(bytes))).toEqual([]);
});

describe('the records', () => {
  test('have numbers for fiction alone, callers included', () => {
    const numbers = recordsOf((kind) => kind?.outcome !== 'invalid').flatMap(
      ({ called, caller }) => [
        ...called.map(({ calledNo }) => calledNo.replace(/#\d{3}$/, '')),
        ...(caller === undefined ? [] : [caller]),
      ],
    );
    const others = [...numbers, ...BLOCKED_NUMBERS].filter(
      (number) => !FICTION.some((form) => form.test(number)),
    );
    expect(others).toEqual([]);
  });

  test('are of every shape that a client may send', () => {
    const valid = recordsOf((kind) => kind === null);
    const share = (has: (record: SampleRecord) => boolean): number =>
      valid.filter(has).length / valid.length;
    expect(share(({ called }) => called.length > 1)).toBeGreaterThan(0.2);
    expect(share(({ called }) => called.length === 3)).toBeGreaterThan(0.02);
    expect(share(({ sessionId }) => sessionId === undefined)).toBeGreaterThan(0.01);
    expect(share(({ recycleTime }) => recycleTime !== undefined)).toBeGreaterThan(0.5);
    expect(new Set(valid.map(({ priority }) => priority)).size).toBe(6);
    expect(new Set(valid.flatMap(({ called }) => called.map(({ type }) => type)))).toEqual(
      new Set(['mobile', 'home', 'work']),
    );
  });
});
