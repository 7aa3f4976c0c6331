import { expect, test } from '@jest/globals';
import { readInstant } from './read-instant.ts';

test.each([
  ['2027-01-31T00:00:00Z', '2027-01-31T00:00:00.000Z'],
  ['2028-02-29t12:30:15.5+08:00', '2028-02-29T04:30:15.500Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('%s is %s', (text, instant) => {
  expect(readInstant(text)?.toISOString()).toBe(instant);
});

test.each([
  '',
  'soon',
  '2027-01-31',
  '2027-01-31 00:00:00Z',
  '2027-01-31T00:00:00',
  '2027-02-29T00:00:00Z',
  '2027-13-01T00:00:00Z',
  '2027-01-31T25:00:00Z',
  '0000-12-31T00:00:00Z',
  '9999-12-31T23:59:59-01:00',
])('%j is no time', (text) => {
  expect(readInstant(text)).toBeNull();
});
