import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:tls';
import { readTlsPair } from '#config';
import type { TlsFiles, TlsPair } from '#config';
import type { Logger } from '#logging';

/** How often the files are looked at. They are two of a few kilobytes. */
const LOOK_EVERY_MS = 2_000;

/** What TLS is served with: RFC 8996 retires what is older than 1.2. */
export function tlsOptions({ cert, key }: TlsPair): {
  cert: Buffer;
  key: Buffer;
  minVersion: 'TLSv1.2';
} {
  return { cert, key, minVersion: 'TLSv1.2' };
}

/**
 * Takes up a certificate that was renewed: connections made from then on get the new one, those that are open stay as they
 * are. The files are read again and again instead of being watched: what is renewed is often a link on the way to them,
 * which watching does not notice. While what is there cannot be served with, as between the writing of one file and the
 * other, the pair before stays in use.
 */
export class CertificateWatch {
  readonly #files: TlsFiles;
  readonly #server: Pick<Server, 'setSecureContext'>;
  readonly #log: Logger;
  /** Of what was last judged, served with or not: each is judged, and logged, once. */
  #seen: string;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param pair that the server was created with, as it was read from the files */
  constructor(
    files: TlsFiles,
    pair: TlsPair,
    server: Pick<Server, 'setSecureContext'>,
    log: Logger,
  ) {
    this.#files = files;
    this.#server = server;
    this.#log = log;
    this.#seen = digest(pair.cert, pair.key);
    this.#tell(pair, 'Serving with a certificate');
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => {
        this.#schedule();
      });
    }, LOOK_EVERY_MS).unref();
  }

  async #look(): Promise<void> {
    const { certFile, keyFile } = this.#files;
    const contents = await Promise.all([certFile, keyFile].map(readOrNothing));
    const seen = digest(...contents);
    if (seen === this.#seen) return;
    this.#seen = seen;
    try {
      const pair = readTlsPair(this.#files);
      this.#server.setSecureContext(tlsOptions(pair));
      this.#tell(pair, 'Took up a new certificate');
    } catch (error) {
      const reason = (error as Error).message;
      this.#log.error(
        { reason },
        'The new certificate cannot be served with; the one before stays',
      );
    }
  }

  #tell({ validTo }: TlsPair, what: string): void {
    const expired = validTo.getTime() < Date.now();
    this.#log[expired ? 'warn' : 'info']({ validTo }, expired ? `${what} that has expired` : what);
  }
}

/** A file that is away for a moment, or for good, is a content like any other: the pair's reader says what is wrong. */
async function readOrNothing(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    return Buffer.alloc(0);
  }
}

function digest(...contents: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(`${content.length}\n`).update(content);
  return hash.digest('base64');
}
