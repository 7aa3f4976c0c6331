import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { percentEncode, percentEncodeChunk } from './percent-encode.ts';

/** The rule as it is told. */
function slowly(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    const hex = byte.toString(16).toUpperCase();
    return /^[A-Za-z0-9\-._~]$/.test(character) ? character : `%${hex.length < 2 ? '0' : ''}${hex}`;
  }).join('');
}

function inChunks(bytes: Uint8Array, cuts: readonly number[]): string {
  const pieces: string[] = [];
  let start = 0;
  for (const cut of [...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), undefined]) {
    percentEncodeChunk(bytes.subarray(start, cut), (encoded) =>
      pieces.push(encoded.toString('latin1')),
    );
    start = cut ?? bytes.length;
  }
  return pieces.join('');
}

test('every byte becomes what the rule says', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(percentEncode(all)).toBe(slowly(all));
});

test.each([
  ['', ''],
  ['aZ09-._~', 'aZ09-._~'],
  ["!'()*+", '%21%27%28%29%2A%2B'],
  ['a/b c', 'a%2Fb%20c'],
  ['林', '%E6%9E%97'],
  ['\u0000\n', '%00%0A'],
])('%j becomes %s', (text, encoded) => {
  expect(percentEncode(Buffer.from(text))).toBe(encoded);
});

describe('a long text', () => {
  test.each([16_383, 16_384, 16_385, 32_768, 50_000])('%d bytes, the worst ones', (length) => {
    const bytes = Buffer.alloc(length, 0xff);
    expect(percentEncode(bytes)).toBe('%FF'.repeat(length));
  });

  test('comes out the same wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 20_000 }),
        fc.array(fc.nat(20_000), { maxLength: 5 }),
        (bytes, cuts) => {
          expect(inChunks(bytes, cuts)).toBe(slowly(bytes));
        },
      ),
    );
  });
});
