import { expect, test } from '@jest/globals';
import { DEFAULT_RECORD_LIMITS } from '#domain';
import { MOST_BATCH_CHARACTERS, RecordSorter } from './record-sorter.ts';

/** The sizes of the batches that so many records of so many characters make. */
function sizesOf(count: number, characters: number, batchSize: number): number[] {
  const sorter = new RecordSorter({
    limits: DEFAULT_RECORD_LIMITS,
    batchSize,
    maxRecords: count,
    maxNumbers: count,
    timeZone: 'UTC',
  });
  const source = 'x'.repeat(characters);
  for (let line = 1; line <= count; line++) {
    sorter.add({ called: [{ calledNo: String(line) }] }, source);
  }
  const { batchCount } = sorter;
  const sizes = sorter.batches(true).map(({ size }) => size);
  expect(sizes).toHaveLength(batchCount);
  return sizes;
}

test.each([
  ['2,000 records of 7,999 characters are one batch', 2_000, 7_999, 2_000, [2_000]],
  ['a batch has as many records as its campaign says', 25, 100, 10, [10, 10, 5]],
  [
    'fewer where they are longer than any that the interface speaks of',
    600,
    MOST_BATCH_CHARACTERS / 250,
    2_000,
    [250, 250, 100],
  ],
])('%s', (_, count, characters, batchSize, expected) => {
  expect(sizesOf(count, characters, batchSize)).toEqual(expected);
});
