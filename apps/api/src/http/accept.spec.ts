import { expect, test } from '@jest/globals';
import { acceptsCoding, namesType, preferredType } from './accept.ts';

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
  ['text/csv;x="a, application/x-ndjson;q=1";q=0.1', CSV],
  ['text/csv;x="\\", */*', CSV],
])('%j asks for %j', (accept, type) => {
  expect(preferredType(accept, [LINES, CSV])).toBe(type);
});

test.each<[accept: string | undefined, named: boolean]>([
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/*', false],
  ['application/json', false],
  ['application/problem+json', true],
  ['Application/Problem+JSON; charset=utf-8', true],
  ['application/json, application/problem+json', true],
  ['application/problem+json, */*', true],
  ['application/problem+json;q=0', false],
  ['application/json, application/problem+json; q=0.000', false],
  ['application/json;q=0.9, application/problem+json;q=0.8', false],
  ['application/problem+json;q=0.5, */*', false],
  ['application/problem+json;q=0.5', true],
  ['application/problem+jsonp', false],
  ['x-application/problem+json', false],
  ['text/plain;x="application/problem+json"', false],
  ['text/plain;x=",application/problem+json,"', false],
])('whether %j names problems: %j', (accept, named) => {
  expect(namesType(accept, 'application/problem+json', 'application/json')).toBe(named);
});

test.each<[acceptEncoding: string | undefined, accepted: boolean]>([
  [undefined, false],
  ['', false],
  ['gzip', true],
  ['GZIP', true],
  ['br, gzip;q=0.5', true],
  ['gzip;q=0', false],
  ['gzip; q=0.0, br', false],
  ['*', true],
  ['*;q=0', false],
  ['gzip;q=0, *', false],
  ['*;q=0, gzip', true],
  ['identity', false],
  ['x-gzip', false],
  ['not-gzip', false],
])('whether %j accepts gzip: %j', (acceptEncoding, accepted) => {
  expect(acceptsCoding(acceptEncoding, 'gzip')).toBe(accepted);
});
