const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/**
 * The instant (ms since 1970) of a signature's timestamp: `yyyy-MM-ddTHH:mm:ssZ` or `yyyy-MM-ddTHH:mm:ss.SSSZ`, with a
 * date and time that exist (no 24:00, no leap seconds); null for any other text.
 */
export function parseTimestamp(text: string): number | null {
  if (!FORM.test(text)) return null;
  const time = Date.parse(text);
  if (Number.isNaN(time)) return null;
  // Date.parse moves the 30th of February on to March.
  const written = new Date(time).toISOString();
  return written.slice(0, 19) === text.slice(0, 19) ? time : null;
}

/** Whether an instant lies at most `windowSeconds` from now, before or after. Both instants are in ms. */
export function isWithinWindow(time: number, now: number, windowSeconds: number): boolean {
  return Math.abs(time - now) <= windowSeconds * 1000;
}
