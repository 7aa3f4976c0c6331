import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dataIdAt, parseDataId } from './data-id.ts';

const FIRST_BLOCK = 488_281_250_000_000n;
const LAST_BLOCK = 4_503_599_627_370_495n;

describe('data IDs', () => {
  test.each([
    [FIRST_BLOCK, 0, '1000000000000000000'],
    [FIRST_BLOCK, 1999, '1000000000000001999'],
    [FIRST_BLOCK + 1n, 0, '1000000000000002048'],
    [LAST_BLOCK, 2047, '9223372036854775807'],
  ])('block %s, place %s: %s', (block, place, id) => {
    expect(dataIdAt(block, place)).toBe(id);
  });

  test('an ID has 19 digits, and no other place has it', () => {
    fc.assert(
      fc.property(
        fc.bigInt(FIRST_BLOCK, LAST_BLOCK),
        fc.integer({ min: 0, max: 2047 }),
        (block, place) => {
          const id = dataIdAt(block, place);
          expect(id).toMatch(/^\d{19}$/);
          expect(BigInt(id) / 2048n).toBe(block);
          expect(BigInt(id) % 2048n).toBe(BigInt(place));
          expect(parseDataId(id)).toBe(BigInt(id));
        },
      ),
    );
  });

  test.each([
    ['0', 0n],
    ['01', 1n],
    ['9223372036854775807', 9_223_372_036_854_775_807n],
    ['9223372036854775808', null],
    ['10000000000000000000', null],
    ...['', ' 1', '1 ', '+1', '-1', '1.0', '1e3', '0x1', '١', '1\n'].map(
      (text) => [text, null] as const,
    ),
  ])('%j is the ID %s', (text, id) => {
    expect(parseDataId(text)).toBe(id);
  });
});
