import { MAX_JSON_BYTES } from '#ingestion';
import { IncomingBody, unsupported } from './incoming-body.ts';

const FORMATS = new Map([
  ['application/x-ndjson', 'ndjson'],
  ['text/csv', 'csv'],
  ['application/json', 'json'],
] as const);

/** The types of bodies that hold many records or numbers. */
export const RECORD_TYPES: readonly string[] = Array.from(FORMATS.keys());

type Format = 'ndjson' | 'csv' | 'json';

export interface RecordBody {
  readonly format: Format;
  readonly body: AsyncIterable<Buffer>;
  readonly incoming: IncomingBody;
}

/**
 * A body of many records or numbers, to be read as a stream.
 *
 * @param maxBytes of it; those of JSON are 16 MiB at most
 * @throws what `IncomingBody.content` throws
 */
export function recordBody(body: unknown, maxBytes: number): RecordBody {
  if (!(body instanceof IncomingBody)) throw unsupported(RECORD_TYPES.join(', '));
  // Of the types that are none of these the body itself tells.
  const format: Format = FORMATS.get(body.mediaType as never) ?? 'ndjson';
  const most = format === 'json' ? Math.min(MAX_JSON_BYTES, maxBytes) : maxBytes;
  return { format, body: body.content(RECORD_TYPES, most), incoming: body };
}
