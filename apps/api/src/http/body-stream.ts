import { Readable } from 'node:stream';

/** Bytes that are made before they are taken. */
const AHEAD = 64 * 1024;

/**
 * The body of an answer, made piece by piece as its reader takes it: while it does not read, nothing is made, and when it goes
 * away, nothing more is. The first piece is there when this resolves, so that what goes wrong before it has an answer of its
 * own; what goes wrong later breaks the connection, and is never taken for the end.
 */
export async function bodyStream(pieces: AsyncIterable<string | Buffer>): Promise<Readable> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<string | Buffer, void, undefined> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return Readable.from(all(), { objectMode: false, highWaterMark: AHEAD });
}
