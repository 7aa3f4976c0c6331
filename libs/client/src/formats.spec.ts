import { expect, test } from '@jest/globals';
import type { Source } from './content.ts';
import type { FormatOptions } from './formats.ts';
import { formatOf, formatOfName } from './formats.ts';

test.each([
  ['a.ndjson', 'ndjson', false],
  ['a.jsonl', 'ndjson', false],
  ['a.b/c.CSV', 'csv', false],
  ['a.json.gz', 'json', true],
  ['a.GZ', null, true],
  ['a.txt', null, false],
  ['a.txt.gz', null, true],
  ['csv', null, false],
  ['-', null, false],
])('%s is %s, compressed: %s', (name, format, gzip) => {
  expect(formatOfName(name)).toEqual({ format, gzip });
});

test.each<[Source<unknown>, FormatOptions, object]>([
  [{ items: [] }, {}, { format: 'ndjson', gzip: 'none' }],
  [{ items: [] }, { gzip: 'compress' }, { format: 'ndjson', gzip: 'compress' }],
  [{ file: 'a.csv.gz' }, {}, { format: 'csv', gzip: 'already' }],
  [{ file: 'a.csv.gz' }, { format: 'json', gzip: 'none' }, { format: 'json', gzip: 'none' }],
  [{ bytes: '' }, { format: 'csv' }, { format: 'csv', gzip: 'none' }],
])('%j with %j is %j', (source, options, expected) => {
  expect(formatOf(source, options)).toEqual(expected);
});

test.each<[Source<unknown>, FormatOptions]>([
  [{ bytes: '' }, {}],
  [{ file: 'a.txt' }, {}],
  [{ items: [] }, { format: 'csv' }],
])('%j with %j is refused', (source, options) => {
  expect(() => formatOf(source, options)).toThrow(TypeError);
});
