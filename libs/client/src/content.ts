import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';

/** Bytes in pieces; a string stands for its UTF-8. */
export type Chunks = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** Things in order, such as records. */
export type Items<T> = AsyncIterable<T> | Iterable<T>;

/**
 * What is sent. A file, a text, bytes, an array, and a function that begins anew each time it is called can be read again,
 * so that a request whose answer was lost can be repeated; a stream or another iterable can be read once.
 */
export type Source<T> =
  | { readonly file: string }
  | { readonly bytes: Uint8Array | string | Chunks | (() => Chunks) }
  | { readonly items: Items<T> | (() => Items<T>) };

/** A body, for as many attempts as it can be read. */
export interface Content {
  /** Headers that say what it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it can be opened more than once. */
  readonly replayable: boolean;
  /** Bytes of the source, before they are compressed; null where that is not known. */
  readonly totalBytes: number | null;
  /** All of it, where it is small and at hand. */
  readonly whole: Uint8Array | null;
  /** @param progress hears of each piece of the source, before it is compressed, when the next one is asked for */
  open(progress?: (read: number) => void): AsyncIterable<Uint8Array>;
}

/** The source could not be read, or not be written down to be signed: not a failure of the service. Has its cause. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/** A body that is there whole. */
export function jsonContent(value: unknown): Content {
  const bytes = Buffer.from(JSON.stringify(value));
  return {
    headers: { 'content-type': 'application/json' },
    replayable: true,
    totalBytes: bytes.length,
    whole: bytes,
    open: () => read(() => [bytes]),
  };
}

/** @param gzip `compress`: while it is sent; `already`: the source is compressed */
export async function contentOf(
  source: Source<unknown>,
  contentType: string,
  gzip: 'none' | 'compress' | 'already' = 'none',
): Promise<Content> {
  const { replayable, totalBytes, chunks } = await opener(source);
  return {
    headers: {
      'content-type': contentType,
      ...(gzip === 'none' ? {} : { 'content-encoding': 'gzip' }),
    },
    replayable,
    totalBytes,
    whole: null,
    open: (progress) => {
      const bytes = read(chunks, progress);
      return gzip === 'compress' ? compressed(bytes) : bytes;
    },
  };
}

/**
 * What a source holds, as it stands there.
 *
 * @throws SourceError
 */
export async function* bytesOf(source: Source<unknown>): AsyncGenerator<Uint8Array> {
  const { chunks } = await opener(source);
  yield* read(chunks);
}

interface Opener {
  readonly replayable: boolean;
  readonly totalBytes: number | null;
  readonly chunks: () => Chunks;
}

async function opener(source: Source<unknown>): Promise<Opener> {
  if ('file' in source) {
    const { file } = source;
    const totalBytes = await sizeOf(file);
    // What a pipe had to say is gone once it was read.
    return { replayable: totalBytes !== null, totalBytes, chunks: () => createReadStream(file) };
  }
  if ('items' in source) {
    const { items } = source;
    const replayable = typeof items === 'function' || Array.isArray(items);
    const begin = typeof items === 'function' ? items : () => items;
    return { replayable, totalBytes: null, chunks: () => linesOf(begin()) };
  }
  const { bytes } = source;
  if (typeof bytes === 'string' || bytes instanceof Uint8Array) {
    const totalBytes = Buffer.byteLength(bytes);
    return { replayable: true, totalBytes, chunks: () => [bytes] };
  }
  const replayable = typeof bytes === 'function' || Array.isArray(bytes);
  const chunks = typeof bytes === 'function' ? bytes : () => bytes;
  return { replayable, totalBytes: null, chunks };
}

/** Null for a pipe or a device. */
async function sizeOf(file: string): Promise<number | null> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new Error('it is a directory');
    return found.isFile() ? found.size : null;
  } catch (error) {
    throw new SourceError(`${file} cannot be read`, { cause: error });
  }
}

/** Records as NDJSON, some at a time: a chunk a record would cost more than the record. */
async function* linesOf(items: Items<unknown>): AsyncGenerator<string> {
  let lines = '';
  for await (const item of items) {
    lines += `${JSON.stringify(item)}\n`;
    if (lines.length >= 65_536) {
      yield lines;
      lines = '';
    }
  }
  if (lines !== '') yield lines;
}

/** Reads a source, and tells its own failures from all others. Nothing is opened before the first piece is asked for. */
async function* read(
  begin: () => Chunks,
  progress: (read: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const chunks = begin();
  const source =
    Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  try {
    for (;;) {
      const next = await advance(source);
      if (next.done === true) return;
      const chunk = typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
      yield chunk;
      progress(chunk.length);
    }
  } finally {
    await source.return?.();
  }
}

async function advance<T>(source: AsyncIterator<T> | Iterator<T>): Promise<IteratorResult<T>> {
  try {
    return await source.next();
  } catch (error) {
    throw new SourceError('what is to be sent cannot be read', { cause: error });
  }
}

async function* compressed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip();
  // A failure of either reaches whoever reads the compressed bytes.
  pipeline(bytes, gzip, () => undefined);
  yield* gzip as AsyncIterable<Buffer>;
}
