import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { bodyStream } from './body-stream.ts';

const PIECE = 'x'.repeat(100_000);

class Pieces {
  made = 0;
  ended = false;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      while (this.made < this.#count) {
        this.made++;
        await settled();
        yield PIECE;
      }
    } finally {
      this.ended = true;
    }
  }
}

/** Resolves when everything that can go on has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Takes one chunk, and waits until as much is ready as will be. */
async function take(stream: Readable): Promise<number> {
  if (stream.readableLength === 0) await once(stream, 'readable');
  const { length } = stream.read() as Buffer;
  await settled();
  await settled();
  return length;
}

describe('the body of an answer', () => {
  test('is made as fast as it is taken, a piece or two ahead', async () => {
    const pieces = new Pieces(50);
    const stream = await bodyStream(pieces);
    expect(pieces.made).toBe(1);
    let taken = 0;
    for (let turn = 0; turn < 10; turn++) {
      taken += await take(stream);
      expect(pieces.made).toBeLessThanOrEqual(taken / PIECE.length + 2);
    }
    stream.destroy();
  });

  test('is made no further when its reader has gone away', async () => {
    const pieces = new Pieces(50);
    const stream = await bodyStream(pieces);
    await take(stream);
    stream.destroy();
    await settled();
    await settled();
    expect([pieces.ended, pieces.made]).toEqual([true, expect.any(Number)]);
    expect(pieces.made).toBeLessThanOrEqual(3);
  });

  test('is whole', async () => {
    const stream = await bodyStream(new Pieces(7));
    let length = 0;
    for await (const chunk of stream) length += (chunk as Buffer).length;
    expect(length).toBe(7 * PIECE.length);
    expect(await (await bodyStream(new Pieces(0))).toArray()).toEqual([]);
  });

  test('fails before its first piece, or breaks behind it', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- as a reader of a database would
    async function* failing(pieces: number): AsyncGenerator<string> {
      for (let made = 0; made < pieces; made++) yield PIECE;
      throw new Error('the database is gone');
    }
    await expect(bodyStream(failing(0))).rejects.toThrow('the database is gone');
    await expect((await bodyStream(failing(2))).toArray()).rejects.toThrow('the database is gone');
  });
});
