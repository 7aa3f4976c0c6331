import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TlsFiles } from '#config';

/** A text as a word of a shell, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** How curl is to be called so that it trusts the service, and where it then finds it. */
export interface Curl {
  readonly command: string;
  readonly url: string;
}

/**
 * @param url where the service listens
 * @param tls null: plain HTTP. The certificate is trusted as it is, for it may be nobody's but its own; it is asked for by a
 *   name that stands in it.
 */
export function curlFor(url: string, tls: TlsFiles | null): Curl {
  if (tls === null) return { command: 'curl', url };
  const trusting = `curl --cacert ${quoted(tls.certFile)}`;
  const certificate = new X509Certificate(readFileSync(tls.certFile));
  const { hostname, port } = new URL(url);
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if ((certificate.checkIP(address) ?? certificate.checkHost(address)) !== undefined) {
    return { command: trusting, url };
  }
  const name = nameIn(certificate);
  if (name === undefined) return { command: trusting, url };
  return {
    command: `${trusting} --resolve ${quoted(`${name}:${port}:${hostname}`)}`,
    url: `https://${name}:${port}`,
  };
}

/** The first name of a certificate that is one host's; undefined: it has none, as one for an address. */
function nameIn({ subjectAltName = '' }: X509Certificate): string | undefined {
  return /\bDNS:([A-Za-z0-9.-]+)(?:,|$)/.exec(subjectAltName)?.[1];
}
