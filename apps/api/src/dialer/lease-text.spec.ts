import { expect, test } from '@jest/globals';
import { leaseText } from './lease-text.ts';

const leasedUntil = new Date('2026-11-27T12:00:00Z');
const recordOf = (index: number, length: number) => ({
  id: BigInt(index),
  priority: 3,
  source: `{"called":[{"calledNo":"${index}"}],"x":"${'x'.repeat(length)}"}`,
  leasedUntil,
});

test.each([
  ['no records', 0, 0, 1],
  ['one', 1, 10, 1],
  ['many that are short', 1_000, 10, 1],
  ['many that are long', 40, 60_000, 9],
  ['some that are longer than a piece', 3, 1_000_000, 4],
])('%s', (_what, count, length, pieces) => {
  const leased = Array.from({ length: count }, (_, index) => recordOf(index, length));
  const made = Array.from(leaseText(leased));
  expect(made).toHaveLength(pieces);
  expect(JSON.parse(made.join(''))).toEqual({
    items: leased.map(({ id, source }) => ({
      ...(JSON.parse(source) as object),
      dataId: String(id),
      leasedUntil: '2026-11-27T12:00:00.000Z',
    })),
  });
});
