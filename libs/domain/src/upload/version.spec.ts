import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UPLOAD_STATES } from './states.ts';
import { versionOf } from './version.ts';

const count = fc.nat({ max: 3 });

const uploads = fc.record({
  state: fc.constantFrom(...UPLOAD_STATES),
  received: count,
  accepted: count,
  invalid: count,
  duplicate: count,
  blocklisted: count,
  refused: count,
  dropped: count,
});

test('two versions are equal exactly when state and counts are', () => {
  fc.assert(
    fc.property(uploads, uploads, (one, other) => {
      expect(versionOf(one) === versionOf(other)).toBe(
        JSON.stringify(one) === JSON.stringify(other),
      );
    }),
  );
});

test('a version is made of characters that an entity tag and an event may have', () => {
  fc.assert(
    fc.property(uploads, (upload) => {
      expect(versionOf(upload)).toMatch(/^[a-z0-9_-]+$/);
    }),
  );
});
