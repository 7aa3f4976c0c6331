import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LinesBuffer } from './lines-buffer.ts';

/** Also longer than the buffer is at first, and of characters with one to four bytes. */
const line = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'é', '中', '😀') }),
  fc.integer({ min: 0, max: 5_000 }).map((length) => '中'.repeat(length)),
);

test('holds lines as UTF-8, with line feeds between them', () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const buffer = new LinesBuffer();
      for (const text of lines) buffer.add(text);
      expect(buffer.bytes.toString()).toBe(lines.join('\n'));
    }),
  );
});
