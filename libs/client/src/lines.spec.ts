import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from './lines.ts';

async function linesFrom(chunks: readonly Uint8Array[]): Promise<string[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  const lines: string[] = [];
  for await (const line of linesOf(pieces())) lines.push(line);
  return lines;
}

test('wherever the pieces are cut, also within a character', async () => {
  const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat({ max: 50 })), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const expected = bytes.toString().split('\n').slice(0, -1);
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const cut of cuts) {
        chunks.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      chunks.push(bytes.subarray(at));
      expect(await linesFrom(chunks)).toEqual(expected);
    }),
  );
});

test('a last line without an end is one', async () => {
  expect(await linesFrom([Buffer.from('a\nb')])).toEqual(['a', 'b']);
  expect(await linesFrom([])).toEqual([]);
});
