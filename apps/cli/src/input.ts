import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { BodyFormat, Gzip, Source } from '#client';
import { formatOfName } from '#client';
import { UsageError } from './usage-error.ts';

export interface InputOptions {
  readonly format?: BodyFormat;
  readonly gzip?: boolean;
}

/** What is sent of a file, or of standard input (`-`), and how. */
export interface Input {
  readonly source: Source<never>;
  readonly format: BodyFormat;
  readonly gzip: Gzip;
}

/**
 * @throws UsageError where the format is not told
 */
export async function readInput(
  name: string,
  { format, gzip = false }: InputOptions,
  stdin: Readable,
): Promise<Input> {
  if (name === '-') {
    if (format === undefined) {
      throw new UsageError(
        'Of standard input the format must be named: --format ndjson, csv or json.',
      );
    }
    const packed = await isGzip(stdin);
    return { source: { bytes: stdin }, format, gzip: gzipOf(packed, gzip) };
  }
  const named = formatOfName(name);
  const told = format ?? named.format;
  if (told === null) {
    throw new UsageError(
      `The name ${name} does not tell the format (.ndjson, .jsonl, .csv, .json, each also with .gz): ` +
        'name it with --format ndjson, csv or json.',
    );
  }
  return { source: { file: name }, format: told, gzip: gzipOf(named.gzip, gzip) };
}

const gzipOf = (packed: boolean, wanted: boolean): Gzip =>
  packed ? 'already' : wanted ? 'compress' : 'none';

const GZIP = Buffer.from([0x1f, 0x8b]);

/** Whether a stream begins as gzip does (RFC 1952, 2.3.1), which no text does; nothing of it is used up. */
async function isGzip(stream: Readable): Promise<boolean> {
  if (!stream.readable) return false;
  await Promise.race([once(stream, 'readable'), once(stream, 'end')]);
  const first = stream.read() as Buffer | null;
  if (first === null) return false;
  stream.unshift(first);
  return first.subarray(0, GZIP.length).equals(GZIP);
}
