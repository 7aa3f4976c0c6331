import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { ProblemError } from '#errors';
import { inflate } from './inflate.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

async function inflated(bytes: Buffer, size = 16_384): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of inflate(inPieces(bytes, size))) pieces.push(piece);
  return Buffer.concat(pieces);
}

const text = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => `record ${at * at}\n`).join(''));

describe('inflates', () => {
  test.each([
    ['one member', gzipSync(text(10_000)), text(10_000)],
    ['two members', Buffer.concat([gzipSync('a'), gzipSync('b')]), Buffer.from('ab')],
    ['nothing in a member', gzipSync(''), Buffer.alloc(0)],
    ['nothing and something', Buffer.concat([gzipSync(''), gzipSync('b')]), Buffer.from('b')],
    ['what is not compressed', gzipSync(text(5000), { level: 0 }), text(5000)],
    ['much out of little', gzipSync(Buffer.alloc(3_000_000)), Buffer.alloc(3_000_000)],
  ])('%s, however it is cut', async (_, bytes, expected) => {
    for (const size of [1, 7, bytes.length - 1, bytes.length]) {
      if (size < 1 || bytes.length / size > 50_000) continue;
      expect((await inflated(bytes, size)).equals(expected)).toBe(true);
    }
  });

  test('any members, cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 2000 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 300 }),
        async (parts, size) => {
          const bytes = Buffer.concat(parts.map((part) => gzipSync(part)));
          expect((await inflated(bytes, size)).equals(Buffer.concat(parts))).toBe(true);
        },
      ),
    );
  });
});

describe('refuses', () => {
  const whole = gzipSync(text(3000));
  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(whole);
    copy[at] = (copy[at] ?? 0) ^ 0xff;
    return copy;
  };

  test.each([
    ['nothing at all', Buffer.alloc(0)],
    ['what is no gzip', text(100)],
    ['zlib', deflateSync(text(100))],
    ['bare deflate', deflateRawSync(text(100))],
    ['another magic number', flipped(1)],
    ['a damaged middle', flipped(Math.floor(whole.length / 2))],
    ['a wrong checksum', flipped(whole.length - 8)],
    ['a wrong length', flipped(whole.length - 1)],
    ['a head alone', whole.subarray(0, 10)],
    ['a missing last byte', whole.subarray(0, -1)],
    ['a missing end', whole.subarray(0, -9)],
    ['a second member cut short', Buffer.concat([whole, whole.subarray(0, 20)])],
    ['the first byte of a second member', Buffer.concat([whole, Buffer.from([0x1f])])],
    ['text behind it', Buffer.concat([whole, Buffer.from('x')])],
    ['a zero behind it', Buffer.concat([whole, Buffer.from([0])])],
    ['zeros behind it', Buffer.concat([whole, Buffer.alloc(512)])],
    ['zeros and another member', Buffer.concat([whole, Buffer.alloc(4), whole])],
    ['a member without an end', gzipSync(text(3000), { finishFlush: constants.Z_SYNC_FLUSH })],
  ])('%s, however it is cut', async (_, bytes) => {
    for (const size of [1, 100, whole.length, 1_000_000]) {
      await expect(inflated(bytes, size)).rejects.toMatchObject({
        fault: { problem: 'BROKEN_CONTAINER', params: { expected: 'gzip' } },
      });
    }
  });
});

test('what is behind a piece is not asked for before that piece was taken', async () => {
  let asked = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      asked += 1;
      yield await Promise.resolve(gzipSync(Buffer.alloc(1_000_000)));
    }
  }
  let taken = 0;
  for await (const piece of inflate(endless())) {
    expect(piece.length).toBeLessThanOrEqual(64 * 1024);
    taken += piece.length;
    expect(asked).toBeLessThanOrEqual(Math.floor(taken / 1_000_000) + 1);
    if (taken > 5_000_000) break;
  }
});

test('the failure of the sender is passed on as it is', async () => {
  async function* breaking(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(gzipSync(text(10)).subarray(0, 12));
    throw new ProblemError({ problem: 'REQUEST_TIMEOUT' });
  }
  const reading = (async () => {
    for await (const piece of inflate(breaking())) expect(piece).toBeInstanceOf(Buffer);
  })();
  await expect(reading).rejects.toMatchObject({ fault: { problem: 'REQUEST_TIMEOUT' } });
});
