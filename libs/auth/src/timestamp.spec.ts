import { describe, expect, test } from '@jest/globals';
import { isWithinWindow, parseTimestamp } from './timestamp.ts';

describe('a timestamp', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2025-11-13T08:00:00Z', Date.UTC(2025, 10, 13, 8)],
    ['2025-11-13T08:00:00.123Z', Date.UTC(2025, 10, 13, 8, 0, 0, 123)],
    ['2024-02-29T23:59:59.999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('%s is an instant', (text, time) => {
    expect(parseTimestamp(text)).toBe(time);
  });

  test.each([
    ['without a zone', '2025-11-13T08:00:00'],
    ['with an offset', '2025-11-13T08:00:00+00:00'],
    ['with a small z', '2025-11-13T08:00:00z'],
    ['with a blank', '2025-11-13 08:00:00Z'],
    ['without seconds', '2025-11-13T08:00Z'],
    ['with one digit of a fraction', '2025-11-13T08:00:00.1Z'],
    ['with microseconds', '2025-11-13T08:00:00.123456Z'],
    ['of the 29th of February of a common year', '2025-02-29T08:00:00Z'],
    ['of the 30th of February', '2024-02-30T08:00:00Z'],
    ['of the 31st of April', '2025-04-31T08:00:00Z'],
    ['of month 0', '2025-00-10T08:00:00Z'],
    ['of month 13', '2025-13-10T08:00:00Z'],
    ['of day 0', '2025-01-00T08:00:00Z'],
    ['of hour 24', '2025-11-13T24:00:00Z'],
    ['of minute 60', '2025-11-13T08:60:00Z'],
    ['of a leap second', '2016-12-31T23:59:60Z'],
    ['of the year 10000', '10000-01-01T00:00:00Z'],
    ['of the year +010000', '+010000-01-01T00:00:00Z'],
    ['in full-width digits', '２０２５-11-13T08:00:00Z'],
    ['with a line break', '2025-11-13T08:00:00Z\n'],
    ['that is empty', ''],
  ])('%s is none', (_, text) => {
    expect(parseTimestamp(text)).toBeNull();
  });
});

test.each([
  [-900_000, true],
  [-900_001, false],
  [0, true],
  [900_000, true],
  [900_001, false],
])('%d ms from now lie within 900 s: %j', (distance, within) => {
  const now = Date.UTC(2026, 0, 1);
  expect(isWithinWindow(now + distance, now, 900)).toBe(within);
});
