import { canonicalQuery } from './canonical-query.ts';
import { percentEncode } from './percent-encode.ts';

/** What is signed of a request besides its body, as Node's `IncomingMessage` has it: one character a byte. */
export interface SignedRequest {
  readonly method: string;
  /** The target as sent: the path, and the query if there is one. */
  readonly url: string;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
}

/** A host without its port; a port follows a name, an IPv4 address, or an IPv6 address in brackets. */
const WITH_PORT = /^([^:]+|\[[^\]]*\]):\d+$/;

/**
 * The canonical request up to its last line, the body: the form of the scheme first, then those variants of it that are
 * other texts and are accepted as well (an empty third line where there is no query; `host` without its port).
 *
 * @param signedHeaders lower case, sorted
 * @returns one to four texts of one character a byte; null where no signature can match: a signed header was not sent, or
 *   sent more than once (the scheme does not say what would be signed), or an escape of the query is malformed
 */
export function canonicalHeads(
  signedHeaders: readonly string[],
  request: SignedRequest,
): string[] | null {
  const { method, url } = request;
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : canonicalQuery(url.slice(mark + 1));
  const headers = headersOf(signedHeaders, request.rawHeaders);
  if (query === null || headers === null) return null;
  const path = mark < 0 ? url : url.slice(0, mark);
  const start = `${method.toUpperCase()}\n${path}\n`;
  const queries = query === '' ? ['', '\n'] : [`${query}\n`];
  const ends = withAndWithoutPort(headers).map(
    (signed) => `${signedHeaders.join(';')}\n${canonicalHeaders(signed)}\n`,
  );
  return ends.flatMap((end) => queries.map((line) => start + line + end));
}

/** The signed headers and their values; null where one is not there exactly once. */
function headersOf(names: readonly string[], raw: readonly string[]): Map<string, string> | null {
  const signed = new Set(names);
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    if (!signed.has(name)) continue;
    if (headers.has(name)) return null;
    headers.set(name, raw[at + 1] ?? '');
  }
  return headers.size === signed.size ? headers : null;
}

function withAndWithoutPort(headers: Map<string, string>): Map<string, string>[] {
  const host = WITH_PORT.exec(headers.get('host') ?? '')?.[1];
  return host === undefined ? [headers] : [headers, new Map(headers).set('host', host)];
}

/** The lines are sorted as they stand: `a-b:…` comes before `a:…`. */
function canonicalHeaders(headers: Map<string, string>): string {
  return [...headers]
    .map((header) => header.map((part) => percentEncode(Buffer.from(part, 'latin1'))).join(':'))
    .sort()
    .join('\n');
}
