import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitBatch } from './cap.ts';

describe('fitting a batch under the cap', () => {
  test.each([
    ['all fit', 0, 5, [], 5, { end: 5, accepted: 5 }],
    ['one too many', 0, 5, [], 4, { end: 4, accepted: 4 }],
    ['no room', 0, 5, [], 0, { end: 0, accepted: 0 }],
    ['less than no room: the cap was lowered', 2, 5, [], -7, { end: 2, accepted: 0 }],
    ['blocked ones take no room', 0, 5, [1, 3], 3, { end: 5, accepted: 3 }],
    ['blocked ones are decided even without room', 0, 3, [0, 1], 0, { end: 2, accepted: 0 }],
    ['the rest of a batch', 3, 5, [], 1, { end: 4, accepted: 1 }],
    [
      'blocked places before the first undecided one do not count',
      3,
      5,
      [0, 4],
      9,
      { end: 5, accepted: 1 },
    ],
  ])('%s', (_, first, size, blocked, room, fit) => {
    expect(fitBatch(first, size, blocked, room)).toEqual(fit);
  });

  test('whatever room comes and goes, every place is decided once and the cap holds', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 49 })),
        fc.array(fc.integer({ min: -2, max: 20 }), { minLength: 60, maxLength: 60 }),
        (places, rooms) => {
          const blocked = places.sort((a, b) => a - b);
          let first = 0;
          let accepted = 0;
          for (const room of rooms) {
            const fit = fitBatch(first, 50, blocked, room);
            expect(fit.end).toBeGreaterThanOrEqual(first);
            expect(fit.accepted).toBeLessThanOrEqual(Math.max(room, 0));
            const decided = fit.end - first;
            const blockedNow = blocked.filter((p) => p >= first && p < fit.end).length;
            expect(fit.accepted).toBe(decided - blockedNow);
            first = fit.end;
            accepted += fit.accepted;
          }
          if (first === 50) expect(accepted).toBe(50 - blocked.length);
        },
      ),
    );
  });
});
