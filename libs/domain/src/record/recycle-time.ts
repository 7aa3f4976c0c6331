import type { Fault } from '#errors';
import { CODE } from '#errors';
import { epochOfWallTime } from './time-zone.ts';

const FORM: Fault = { code: CODE.TIME_FORMAT };
const NO_MINUTE: Fault = { code: CODE.HOUR_WITHOUT_MINUTE };

const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59Z');

/**
 * The rule of `recycleTime`: `yyyy-mm-dd hh:mm:ss`, a date of the Gregorian calendar from the year 1
 * on and a time from 00:00:00 to 23:59:59. 02000010 where a real date and hour are followed by nothing
 * or by a colon alone, 0200030 for all else that is amiss.
 */
export function checkRecycleTime(text: string): Fault | null {
  if (!isDate(text) || text.charCodeAt(10) !== 0x20 || !isBelow(text, 11, 24)) return FORM;
  if (text.length === 13 || (text.length === 14 && isColon(text, 13))) return NO_MINUTE;
  if (text.length !== 19 || !isColon(text, 13) || !isColon(text, 16)) return FORM;
  return isBelow(text, 14, 60) && isBelow(text, 17, 60) ? null : FORM;
}

/**
 * The instant of a checked `recycleTime`, as RFC 3339 in UTC with whole seconds.
 *
 * Where clocks go back and a time comes twice, the first is meant; where they go forward and it never
 * comes, it is read as if they had not yet (02:30 becomes 03:30), as RFC 5545 and java.time do: a
 * caller that adds hours to a wall clock is not refused for one hour a year. Instants beyond the years
 * 1 to 9999, which only a zone's offset can bring about, are moved to their edge.
 */
export function recycleInstant(text: string, timeZone: string): string {
  if (timeZone === 'UTC') return `${text.slice(0, 10)}T${text.slice(11)}Z`;
  const instant = epochOfWallTime(Date.parse(`${text.slice(0, 10)}T${text.slice(11)}Z`), timeZone);
  const kept = Math.min(Math.max(instant, FIRST_INSTANT), LAST_INSTANT);
  return `${new Date(kept).toISOString().slice(0, 19)}Z`;
}

function isDate(text: string): boolean {
  const century = twoDigits(text, 0);
  const yearOfCentury = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (century < 0 || yearOfCentury < 0 || century + yearOfCentury === 0) return false;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return false;
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (yearOfCentury === 0 ? century : yearOfCentury) % 4 === 0;
  return day <= (month === 2 && leap ? 29 : (DAYS[month] ?? 0));
}

function isBelow(text: string, at: number, limit: number): boolean {
  const value = twoDigits(text, at);
  return value >= 0 && value < limit;
}

function isColon(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x3a;
}

/** The number that two ASCII digits make, or -1. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  // Written so that NaN, behind the end of the text, fails it.
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
