import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkRecycleTime, recycleInstant } from './recycle-time.ts';

describe('the form', () => {
  test.each([
    '2027-01-31 00:00:00',
    '2028-02-29 23:59:59',
    '2000-02-29 12:00:00',
    '0001-01-01 00:00:00',
    '9999-12-31 23:59:59',
  ])('%s is right', (text) => {
    expect(checkRecycleTime(text)).toBeNull();
  });

  test.each([
    '2027-02-29 10:00:00',
    '2027-04-31 10:00:00',
    '1900-02-29 10:00:00',
    '2027-00-10 10:00:00',
    '2027-13-10 10:00:00',
    '2027-01-00 10:00:00',
    '2027-01-32 10:00:00',
    '0000-01-01 10:00:00',
    '2027-01-31 24:00:00',
    '2027-01-31 10:60:00',
    '2027-01-31 10:00:60',
    '2027-01-31T10:00:00',
    '2027-01-31 10:00:00Z',
    '2027-01-31 10:00:00.0',
    '2027-01-31 10:00',
    '2027-01-31 10:00:',
    '2027-01-31 10:0',
    '2027-01-31 10 00 00',
    '2027-01-31  10:00:00',
    '2027-01-31 ',
    '2027-01-31',
    '2027-1-31 10:00:00',
    '27-01-31 10:00:00',
    '+2027-01-31 10:00:00',
    '2027/01/31 10:00:00',
    '２０２７-01-31 10:00:00',
    '2027-02-30 10',
    '2027-01-31 24',
    '2027-01-31 1',
    '2027-01-31 10.',
    '2027-01-31 10 ',
    ' ',
  ])('%s is 0200030', (text) => {
    expect(checkRecycleTime(text)).toEqual({ code: '0200030' });
  });

  test.each(['2027-01-31 10', '2027-01-31 00', '2028-02-29 23', '2027-01-31 10:'])(
    '%s has an hour but no minute: 02000010',
    (text) => {
      expect(checkRecycleTime(text)).toEqual({ code: '02000010' });
    },
  );
});

describe('the instant', () => {
  test.each([
    ['UTC', '2027-03-28 02:30:00', '2027-03-28T02:30:00Z', 'no change'],
    ['Etc/UTC', '2027-03-28 02:30:00', '2027-03-28T02:30:00Z', 'another name'],
    ['Asia/Shanghai', '2027-03-28 02:30:00', '2027-03-27T18:30:00Z', 'ahead'],
    ['Asia/Shanghai', '0001-01-01 00:00:00', '0001-01-01T00:00:00Z', 'not before the year 1'],
    ['America/New_York', '9999-12-31 23:59:59', '9999-12-31T23:59:59Z', 'nor after 9999'],
    ['Asia/Kolkata', '2027-06-01 12:00:01', '2027-06-01T06:30:01Z', 'half an hour'],
    ['Asia/Shanghai', '1900-01-01 08:05:43', '1900-01-01T00:00:00Z', 'seconds of long ago'],
    ['Europe/Berlin', '2027-03-28 01:59:59', '2027-03-28T00:59:59Z', 'before the gap'],
    ['Europe/Berlin', '2027-03-28 02:30:00', '2027-03-28T01:30:00Z', 'in the gap: later'],
    ['Europe/Berlin', '2027-03-28 03:00:00', '2027-03-28T01:00:00Z', 'behind the gap'],
    ['Europe/Berlin', '2027-10-31 02:30:00', '2027-10-31T00:30:00Z', 'twice: the first'],
    ['Europe/Berlin', '2027-10-31 03:00:00', '2027-10-31T02:00:00Z', 'behind the overlap'],
    ['America/New_York', '2027-11-07 01:30:00', '2027-11-07T05:30:00Z', 'twice: the first'],
    ['Australia/Lord_Howe', '2027-04-04 01:45:00', '2027-04-03T14:45:00Z', 'half an hour twice'],
    ['Pacific/Apia', '2011-12-30 12:00:00', '2011-12-30T22:00:00Z', 'a day that never was'],
  ])('in %s of %s is %s (%s)', (zone, text, instant) => {
    expect(recycleInstant(text, zone)).toBe(instant);
  });

  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Shanghai',
    'Pacific/Apia',
  ];

  // Every offset of the years looked at is a whole number of quarters of an hour but Casablanca's and
  // Apia's, which are whole hours: trying them all finds every instant there is.
  const quarters = Array.from({ length: 4 * 30 + 1 }, (_, index) => (index - 60) * 15 * 60_000);

  test('is the first at which the wall clock shows the time, if it ever does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.date({
          min: new Date('1993-01-01T00:00:00Z'),
          max: new Date('2037-12-31T00:00:00Z'),
          noInvalidDate: true,
        }),
        fc.constantFrom(null, 'first Sunday', 'last Sunday'),
        fc.integer({ min: 0, max: 4 * 60 - 1 }),
        (zone, date, sunday, minute) => {
          const wall = nearChange(date, sunday, minute);
          const text = new Date(wall).toISOString().slice(0, 19).replace('T', ' ');
          const shown = quarters
            .map((offset) => wall - offset)
            .filter((instant) => wallClock(instant, zone) === text);
          const instant = Date.parse(recycleInstant(text, zone));
          if (shown.length > 0) expect(instant).toBe(Math.min(...shown));
        },
      ),
      { numRuns: 1500 },
    );
  });
});

/** Most clocks change on a Sunday, in the first hours. */
function nearChange(date: Date, sunday: string | null, minute: number): number {
  const day = new Date(date);
  if (sunday !== null) {
    const month = day.getUTCMonth() + (sunday === 'last Sunday' ? 1 : 0);
    const start = Date.UTC(day.getUTCFullYear(), month, 1);
    const weekday = new Date(start).getUTCDay();
    day.setTime(start + (((7 - weekday) % 7) - (sunday === 'last Sunday' ? 7 : 0)) * 86_400_000);
  }
  return Math.floor(day.getTime() / 86_400_000) * 86_400_000 + minute * 60_000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(instant: number, timeZone: string): string {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    // Sweden writes dates the way ISO 8601 does.
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    clocks.set(timeZone, clock);
  }
  return clock.format(instant);
}
