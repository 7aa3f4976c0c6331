const RFC_3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))$/i;
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A time in the form of RFC 3339 (5.6), or null where it is none or lies outside the years 1 to 9999. Postgres would refuse
 * what is no real date, and write years beyond these in another form.
 */
export function readInstant(text: string): Date | null {
  const [, date = '', time = ''] = RFC_3339.exec(text) ?? [];
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // The 30th of February is read as the 2nd of March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return null;
  const instant = new Date(`${date}T${time.toUpperCase()}`);
  return instant.getTime() >= FIRST_INSTANT && instant.getTime() <= LAST_INSTANT ? instant : null;
}
