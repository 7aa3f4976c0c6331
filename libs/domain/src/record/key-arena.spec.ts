import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeyArena } from './key-arena.ts';

type Pair = readonly [session: string, number: string];

/** Whether the second pair is taken for the first: what decides where two hashes are equal. */
function isSame([session, number]: Pair, [otherSession, otherNumber]: Pair): boolean {
  const arena = new KeyArena();
  arena.stageNumber(number, arena.openSession(session, 0));
  const offset = arena.keepStaged();
  arena.stageNumber(otherNumber, arena.openSession(otherSession, 0));
  return arena.isStaged(offset);
}

test.each<[Pair, Pair]>([
  [
    ['N', '1'],
    ['中', '1'],
  ],
  [
    ['中', '1'],
    ['N', '1'],
  ],
  [
    ['N-', '1'],
    ['中', '1'],
  ],
  [
    ['-', '1'],
    ['中', '1'],
  ],
  [
    ['中', '1'],
    ['丮', '1'],
  ],
  [
    ['', '1'],
    ['\0', '1'],
  ],
  [
    ['a', '1'],
    ['a', '01'],
  ],
  [
    ['a', '1'],
    ['a', '10'],
  ],
  [
    ['a1', '2'],
    ['a', '12'],
  ],
])('%j is not %j', (one, other) => {
  expect(isSame(one, other)).toBe(false);
});

const pair = fc.tuple(
  fc.oneof(fc.string({ maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 4 })),
  fc.string({ unit: fc.constantFrom(...Array.from('01*#')), maxLength: 5 }),
);

test('a pair is itself and nothing else', () => {
  fc.assert(
    fc.property(pair, pair, (one, other) => {
      expect(isSame(one, one)).toBe(true);
      expect(isSame(one, other)).toBe(one[0] === other[0] && one[1] === other[1]);
    }),
  );
});
