const DAY = 86_400_000;
const MOST_DAYS_KEPT = 4096;

/** A zone's offsets, and those days on which there is only one. */
interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** Day of the wall clock (days since 1970) to offset in ms; null where the clocks change near it. */
  readonly days: Map<number, number | null>;
}

const zones = new Map<string, Zone>();

/**
 * The instant (ms since 1970) at which the zone's wall clock shows a time, given as the instant at
 * which a clock in UTC shows it. The first where there are two; where there is none, that of the
 * offset before the change.
 *
 * Asking Intl for an offset takes microseconds, so those of whole days are kept: the times of one
 * upload are mostly of a few days. Relies on a zone changing its clocks at most once in three days.
 */
export function epochOfWallTime(wall: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const offset = offsetOfDay(zone, Math.floor(wall / DAY));
  if (offset !== null) return wall - offset;
  const before = offsetAt(zone, wall - DAY);
  const after = offsetAt(zone, wall + DAY);
  const early = wall - before;
  if (offsetAt(zone, early) === before) return early;
  const late = wall - after;
  return offsetAt(zone, late) === after ? late : early;
}

function offsetOfDay(zone: Zone, day: number): number | null {
  const kept = zone.days.get(day);
  if (kept !== undefined) return kept;
  const before = offsetAt(zone, (day - 1) * DAY);
  const offset = before === offsetAt(zone, (day + 2) * DAY) ? before : null;
  // Emptied when full: a client that sends times of every day there is costs itself speed alone.
  if (zone.days.size >= MOST_DAYS_KEPT) zone.days.clear();
  zone.days.set(day, offset);
  return offset;
}

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    zone = { format, days: new Map() };
    zones.set(timeZone, zone);
  }
  return zone;
}

/** What the zone's clock is ahead of UTC at an instant, in ms; from `GMT`, `GMT+08:00`, `GMT-00:01:15`. */
function offsetAt(zone: Zone, instant: number): number {
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(zone.format.format(instant));
  if (match === null) throw new Error('the time zone database gives offsets in an unknown form');
  const [, sign, hours = 0, minutes = 0, seconds = 0] = match;
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === '-' ? -size : size) * 1000;
}
