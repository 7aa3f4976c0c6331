import { expect, test } from '@jest/globals';
import { preferredType } from './accept.ts';

const LINES = 'application/x-ndjson';
const CSV = 'text/csv';

test.each<[accept: string | undefined, type: string | undefined]>([
  [undefined, LINES],
  ['', LINES],
  ['*/*', LINES],
  ['text/csv', CSV],
  ['TEXT/CSV; charset=utf-8', CSV],
  ['text/*', CSV],
  ['application/*', LINES],
  ['text/csv, application/x-ndjson', LINES],
  ['application/x-ndjson;q=0.5, text/csv;q=0.8', CSV],
  ['application/x-ndjson;q=0.5, */*;q=0.8', CSV],
  ['text/csv;q=0.4, */*', LINES],
  ['*/*, application/x-ndjson; q=0', CSV],
  ['text/*;q=0, text/csv', CSV],
  ['text/csv;q=0', undefined],
  ['application/json', undefined],
  ['application/json, text/csv;q=0.001', CSV],
  ['text/csv;q=0, application/json', undefined],
  ['*/csv', undefined],
  // No media range at all: as if there were none.
  ['csv', LINES],
  ['text/csv;q=2', CSV],
])('%j asks for %j', (accept, type) => {
  expect(preferredType(accept, [LINES, CSV])).toBe(type);
});
