import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { SettingsProblem } from './settings-error.ts';

/** Where a certificate (with those that lead from it to its root, if any) and its private key are, as PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate and its key that belong together. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** The end of the certificate's validity. It may lie in the past: clients then refuse it, and not we. */
  readonly validTo: Date;
}

/** What is wrong with the files of a pair, by the names of their settings; never what is in them. */
export class TlsPairError extends Error {
  override readonly name = 'TlsPairError';
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(problems.map(({ variable, remedy }) => `${variable} ${remedy}`).join('; '));
    this.problems = problems;
  }
}

/**
 * Reads a certificate and its key.
 *
 * @throws TlsPairError when one cannot be read or is not what it must be, or they do not belong together
 */
export function readTlsPair({ certFile, keyFile }: TlsFiles): TlsPair {
  const problems: SettingsProblem[] = [];
  const read = <T>(variable: string, file: string, remedy: string, parse: (pem: Buffer) => T) => {
    try {
      const pem = readPem(variable, file);
      return { pem, parsed: parsed(variable, remedy, () => parse(pem)) };
    } catch (error) {
      if (!(error instanceof TlsPairError)) throw error;
      problems.push(...error.problems);
      return null;
    }
  };
  const cert = read('TLS_CERT_FILE', certFile, 'must hold a certificate in PEM', parseCertificate);
  const key = read(
    'TLS_KEY_FILE',
    keyFile,
    'must hold a private key in PEM, not encrypted',
    parseKey,
  );
  if (cert === null || key === null) throw new TlsPairError(problems);
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    throw new TlsPairError([
      { variable: 'TLS_KEY_FILE', remedy: 'must hold the key of the certificate in TLS_CERT_FILE' },
    ]);
  }
  // What OpenSSL itself has against them, such as a key too short to be safe or a broken chain.
  parsed('TLS_CERT_FILE', 'and TLS_KEY_FILE must hold what TLS can be served with', () =>
    createSecureContext({ cert: cert.pem, key: key.pem }),
  );
  return { cert: cert.pem, key: key.pem, validTo: new Date(cert.parsed.validTo) };
}

const parseCertificate = (pem: Buffer): X509Certificate => new X509Certificate(pem);
const parseKey = (pem: Buffer): KeyObject => createPrivateKey(pem);

function readPem(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new TlsPairError([{ variable, remedy: `must name a file that can be read (${code})` }]);
  }
}

function parsed<T>(variable: string, remedy: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    // The cause is OpenSSL's number of an error, and tells no more.
    throw new TlsPairError([{ variable, remedy }]);
  }
}
