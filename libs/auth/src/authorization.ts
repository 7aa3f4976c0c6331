import { parseTimestamp } from './timestamp.ts';

/** What an `Authorization: auth-v2/…` says; nothing of it is proved. */
export interface Authorization {
  readonly accessKey: string;
  /** The timestamp as an instant, in ms since 1970. */
  readonly time: number;
  /** Lower case, sorted, none twice, `host` among them. */
  readonly signedHeaders: readonly string[];
  /** All before the signature, as received: what the signing key is made from. */
  readonly prefix: string;
  /** 64 hexadecimal digits, lower case. */
  readonly signature: string;
}

/** More than Node takes in headers by default (16 KiB) would be odd; a parser needs a bound of its own. */
const MAX_LENGTH = 8_192;
const ACCESS_KEY = /^[A-Za-z0-9._~-]{1,128}$/;
/** A field name (RFC 9110, 5.6.2) without upper case. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/**
 * Reads `auth-v2/{accessKey}/{timestamp}/{signedHeaders}/{signature}`; null for a text that is not exactly of this form,
 * whatever it holds.
 */
export function parseAuthorization(header: string | undefined): Authorization | null {
  if (header === undefined || header.length > MAX_LENGTH) return null;
  const [scheme, accessKey, timestamp, names, signature, ...rest] = header.split('/');
  if (scheme !== 'auth-v2' || accessKey === undefined || !isAccessKey(accessKey)) return null;
  if (timestamp === undefined || names === undefined || rest.length > 0) return null;
  const time = parseTimestamp(timestamp);
  if (time === null || signature === undefined || !SIGNATURE.test(signature)) return null;
  const signedHeaders = names.split(';');
  if (!signedHeaders.every(isNextName) || !signedHeaders.includes('host')) return null;
  const prefix = `auth-v2/${accessKey}/${timestamp}/${names}`;
  return { accessKey, time, signedHeaders, prefix, signature };
}

/** Whether a text can be an access key at all: nothing else need be looked for. */
export function isAccessKey(text: string): boolean {
  return ACCESS_KEY.test(text);
}

function isNextName(name: string, index: number, names: readonly string[]): boolean {
  const before = names[index - 1];
  return HEADER_NAME.test(name) && (before === undefined || before < name);
}
