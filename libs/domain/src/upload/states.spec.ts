import { describe, expect, test } from '@jest/globals';
import { isFinished, pendingOf, UPLOAD_STATES } from './states.ts';

const counts = {
  received: 10,
  accepted: 4,
  invalid: 1,
  duplicate: 1,
  blocklisted: 1,
  refused: 1,
  dropped: 1,
};

describe('upload states', () => {
  test('four of them are final', () => {
    expect(UPLOAD_STATES.filter(isFinished)).toEqual([
      'completed',
      'completed_with_errors',
      'cancelled',
      'failed',
    ]);
  });

  test('what is not decided is pending', () => {
    expect(pendingOf(counts)).toBe(1);
    expect(pendingOf({ ...counts, accepted: 5 })).toBe(0);
  });
});
