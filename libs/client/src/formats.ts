import type { Source } from './content.ts';

export type BodyFormat = 'ndjson' | 'csv' | 'json';

/** `compress`: while it is sent; `already`: the source is compressed. */
export type Gzip = 'none' | 'compress' | 'already';

export interface FormatOptions {
  /** Default: what a file's name ends with; `ndjson` for items. */
  readonly format?: BodyFormat;
  /** Default: `already` for a file whose name ends with `.gz`, else `none`. */
  readonly gzip?: Gzip;
}

export const CONTENT_TYPES: Readonly<Record<BodyFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
};

const ENDINGS: Readonly<Record<string, BodyFormat>> = {
  csv: 'csv',
  json: 'json',
  jsonl: 'ndjson',
  ndjson: 'ndjson',
};

/** What a file's name says of its content; null where it says nothing. */
export function formatOfName(name: string): { format: BodyFormat | null; gzip: boolean } {
  const [, ending = '', packed] = /\.([a-z]+)(\.gz)?$/i.exec(name) ?? [];
  const plain = ending.toLowerCase();
  if (plain === 'gz') return { format: null, gzip: true };
  return { format: ENDINGS[plain] ?? null, gzip: packed !== undefined };
}

/** @throws TypeError where the format can neither be told from the source nor from the options, or does not fit it */
export function formatOf(
  source: Source<unknown>,
  { format, gzip }: FormatOptions,
): { format: BodyFormat; gzip: Gzip } {
  if ('items' in source) {
    if (format !== undefined && format !== 'ndjson') {
      throw new TypeError(`items are sent as ndjson, not as ${format}`);
    }
    return { format: 'ndjson', gzip: gzip ?? 'none' };
  }
  const named = 'file' in source ? formatOfName(source.file) : { format: null, gzip: false };
  const told = format ?? named.format;
  if (told === null) {
    throw new TypeError("the format must be named: 'ndjson', 'csv' or 'json'");
  }
  return { format: told, gzip: gzip ?? (named.gzip ? 'already' : 'none') };
}
