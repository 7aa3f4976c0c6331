import { describe, expect, test } from '@jest/globals';
import {
  asksForEncryption,
  asksToCancel,
  FrameReader,
  StatementReader,
} from './postgres-framing.ts';

function frame(type: string, body: string | Buffer): Buffer {
  const content = Buffer.from(body);
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
}

function firstMessage(code: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32BE(code);
  return frame('', body);
}

const STARTUP = firstMessage(196_608);
const SSL = firstMessage(80_877_103);
const CANCEL = firstMessage(80_877_102);

describe('FrameReader', () => {
  const stream = Buffer.concat([SSL, STARTUP, frame('Q', 'BEGIN\0'), frame('X', '')]);

  test.each([1, 2, 3, 7, stream.length])('cuts a stream that comes %d bytes at a time', (size) => {
    const reader = new FrameReader(true);
    const frames = [];
    for (let start = 0; start < stream.length; start += size) {
      frames.push(...reader.read(stream.subarray(start, start + size)));
    }
    expect(frames.map(({ type }) => type)).toEqual(['startup', 'startup', 'Q', 'X']);
    expect(Buffer.concat(frames.map(({ bytes }) => bytes))).toEqual(stream);
  });

  test('knows what a first message asks for', () => {
    const first = (bytes: Buffer) => new FrameReader(true).read(bytes).map(asksForEncryption);
    expect([first(SSL), first(STARTUP), first(CANCEL)]).toEqual([[true], [false], [false]]);
    expect(new FrameReader(true).read(CANCEL).map(asksToCancel)).toEqual([true]);
  });
});

describe('StatementReader', () => {
  const sqlOf = (...frames: Buffer[]): (string | undefined)[] => {
    const statements = new StatementReader();
    return frames
      .flatMap((bytes) => new FrameReader(false).read(bytes))
      .map((one) => statements.read(one));
  };

  test('reads simple queries, unnamed statements, and named ones when they are bound', () => {
    expect(
      sqlOf(
        frame('Q', 'BEGIN\0'),
        frame('P', 'one\0SELECT 1\0\0\0'),
        frame('P', '\0SELECT 2\0\0\0'),
        frame('B', '\0\0\0\0\0\0\0\0'),
        frame('B', 'portal\0one\0\0\0\0\0\0\0'),
        frame('S', ''),
      ),
    ).toEqual(['BEGIN', undefined, undefined, 'SELECT 2', 'SELECT 1', undefined]);
  });
});
