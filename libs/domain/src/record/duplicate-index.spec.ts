import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DuplicateIndex } from './duplicate-index.ts';

interface Claim {
  readonly sessionId: string | null;
  readonly numbers: readonly string[];
}

/** The same in a set of strings, one a pair. */
class Model {
  private readonly pairs = new Set<string>();

  claim({ sessionId, numbers }: Claim): number | null {
    const keys = numbers.map((number) => JSON.stringify([sessionId ?? '', number]));
    const repeated = keys.findIndex(
      (key, index) => this.pairs.has(key) || keys.indexOf(key) < index,
    );
    if (repeated >= 0) return repeated;
    for (const key of keys) this.pairs.add(key);
    return null;
  }

  get size(): number {
    return this.pairs.size;
  }
}

const SEED = 0x5eed;

function claimAll(claims: readonly Claim[]): (number | null)[] {
  const index = new DuplicateIndex(SEED);
  return claims.map((claim) => index.claim(claim));
}

describe('claims', () => {
  const of = (sessionId: string | null, ...numbers: string[]): Claim => ({ sessionId, numbers });
  const rows: [string, Claim[], (number | null)[]][] = [
    ['a number twice', [of('a', '1'), of('a', '1')], [null, 0]],
    ['a number in two sessions', [of('a', '1'), of('b', '1')], [null, null]],
    ['a number twice without a session', [of(null, '1'), of(null, '1')], [null, 0]],
    ['a number with and without a session', [of(null, '1'), of('1', '1')], [null, null]],
    ['a number twice in one record', [of('a', '1', '2', '1'), of('a', '2')], [2, null]],
    ['the first of several', [of('a', '3'), of('a', '1', '3', '3')], [null, 1]],
    [
      'a refused record claims nothing',
      [of('a', '1'), of('a', '2', '1'), of('a', '2')],
      [null, 1, null],
    ],
    ['where session ends and number begins', [of('a1', '23'), of('a', '123')], [null, null]],
    ['leading zeros', [of('a', '01'), of('a', '1'), of('a', '10')], [null, null, null]],
    ['signs', [of('a', '*'), of('a', '#'), of('a', '*#'), of('a', '*')], [null, null, null, 0]],
    ['sessions in wide characters', [of('中', '1'), of('丮', '1'), of('中', '1')], [null, null, 0]],
    ['sessions of the same bytes', [of('N-', '1'), of('\u4e2d', '1')], [null, null]],
    ['no numbers', [of('a')], [null]],
  ];
  test.each(rows)('%s', (_, claims, answers) => {
    expect(claimAll(claims)).toEqual(answers);
  });
});

const sessionId = fc.constantFrom(
  null,
  'a',
  'ab',
  'a1',
  '12',
  'é',
  '中文',
  '\u{1F4DE}'.repeat(32),
  's'.repeat(32),
);
const number = fc.oneof(
  fc.constantFrom('1', '12', '*', '#', '*1#', '0', '00', '0123456789*#0123456789*#'),
  fc.integer({ min: 0, max: 60 }).map(String),
);
const claim = fc.record({ sessionId, numbers: fc.array(number, { minLength: 1, maxLength: 4 }) });

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });

test('answers as a set of pairs does, whatever the seed', () => {
  fc.assert(
    fc.property(seeds, fc.array(claim, { maxLength: 200, size: 'max' }), (seed, claims) => {
      const index = new DuplicateIndex(seed);
      const model = new Model();
      expect(claims.map((one) => index.claim(one))).toEqual(claims.map((one) => model.claim(one)));
      expect(index.size).toBe(model.size);
    }),
    { numRuns: 300 },
  );
});

test('answers as a set of pairs does over many chunks and growths, records given back among them', () => {
  fc.assert(
    fc.property(seeds, fc.integer(), (seed, salt) => {
      const index = new DuplicateIndex(seed);
      const model = new Model();
      // A linear congruential generator (Knuth's): 60,000 claims are too many for fast-check to draw.
      let state = BigInt.asUintN(64, BigInt(salt));
      const next = (below: number) => {
        state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
        return Number(state >> 33n) % below;
      };
      for (let count = 0; count < 60_000; count++) {
        const one = {
          sessionId: ['', `s${next(30_000)}`, `会话${next(5000)}`, null][next(4)] ?? null,
          numbers: Array.from({ length: 1 + next(3) }, () => `${13_000_000_000 + next(40_000)}`),
        };
        if (index.claim(one) !== model.claim(one)) throw new Error(`claim ${count} differs`);
      }
      expect(index.size).toBe(model.size);
    }),
    { numRuns: 2 },
  );
});

test('takes at most 60 bytes a pair of a session of 20 characters and a number of 11', () => {
  const index = new DuplicateIndex(SEED);
  // 98,305 pairs have just made the table double: the worst there is.
  const pairs = 98_305;
  for (let count = 0; count < pairs; count++) {
    const sessionId = `session-${String(count).padStart(12, '0')}`;
    index.claim({ sessionId, numbers: [String(13_000_000_000 + count)] });
  }
  expect(index.size).toBe(pairs);
  expect(index.byteLength / pairs).toBeLessThan(60);
});

test('a refused record takes no memory', () => {
  const index = new DuplicateIndex(SEED);
  index.claim({ sessionId: null, numbers: ['1'] });
  const before = index.byteLength;
  for (let count = 0; count < 10_000; count++) {
    index.claim({ sessionId: null, numbers: ['12345678901', '1'] });
  }
  expect(index.byteLength).toBe(before);
});

test.each([
  ['letters in a number', { sessionId: null, numbers: ['1a'] }],
  ['a number without end', { sessionId: null, numbers: ['1'.repeat(256)] }],
  ['a session without end', { sessionId: 's'.repeat(0x4000), numbers: ['1'] }],
])('throws on %s', (_, wrong) => {
  expect(() => new DuplicateIndex(SEED).claim(wrong)).toThrow(RangeError);
});
