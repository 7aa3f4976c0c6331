import { percentEncode } from './percent-encode.ts';

/** A percent sign that is not followed by two hexadecimal digits. */
const MALFORMED = /%(?![0-9A-Fa-f]{2})/;

/**
 * The canonical form of a query as sent (without its `?`): each pair decoded and encoded anew, sorted, joined by `&`.
 * Empty where there is no pair; pairs that are empty themselves (`a=1&&b=2`) are none. Null where an escape is malformed:
 * readers differ in what they make of it, so that the signer may have meant something else.
 *
 * @param query one character a byte, as Node gives the target of a request
 */
export function canonicalQuery(query: string): string | null {
  if (MALFORMED.test(query)) return null;
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map(canonicalPair)
    .sort()
    .join('&');
}

function canonicalPair(pair: string): string {
  const equals = pair.indexOf('=');
  const name = equals < 0 ? pair : pair.slice(0, equals);
  const value = equals < 0 ? '' : pair.slice(equals + 1);
  return `${renew(name)}=${renew(value)}`;
}

/** Decoded as bytes: they need not be UTF-8, and a plus is a plus. */
function renew(part: string): string {
  const decoded = part.replace(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return percentEncode(Buffer.from(decoded, 'latin1'));
}
