import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { receive } from './sender.ts';

const RATE = { bytesPerSecond: 100, windowSeconds: 10 };

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
});

/** A body whose sender the test is; what has been read of it, and how that ended. */
function reading(body = new PassThrough()) {
  const chunks = receive(body as unknown as IncomingMessage, RATE);
  const state = { bytes: 0, end: undefined as unknown };
  const readAll = async (): Promise<void> => {
    for await (const chunk of chunks) state.bytes += chunk.length;
  };
  readAll().then(
    () => (state.end = 'read'),
    (error: unknown) => (state.end = error),
  );
  return { body, state };
}

const seconds = (count: number): Promise<void> => jest.advanceTimersByTimeAsync(count * 1000);
const TIMEOUT = { fault: { problem: 'REQUEST_TIMEOUT', params: { minBytesPerSecond: 100 } } };

describe('a sender', () => {
  test('that sends nothing is waited for a window and no longer', async () => {
    const { state } = reading();
    await seconds(9.9);
    expect(state.end).toBeUndefined();
    await seconds(0.2);
    expect(state.end).toMatchObject(TIMEOUT);
  });

  test('that sends at the minimum rate is waited for as long as it takes', async () => {
    const { body, state } = reading();
    for (let second = 0; second < 600; second += 1) {
      body.write(Buffer.alloc(100));
      await seconds(1);
      expect(state.end).toBeUndefined();
    }
    body.end();
    await seconds(0.1);
    expect(state).toEqual({ bytes: 60_000, end: 'read' });
  });

  test('may pause, if what it sends is enough for the window', async () => {
    const { body, state } = reading();
    for (let window = 0; window < 10; window += 1) {
      body.write(Buffer.alloc(1100));
      await seconds(10);
      expect(state.end).toBeUndefined();
    }
  });

  test('that sends a byte now and then is not waited for', async () => {
    const { body, state } = reading();
    body.write(Buffer.alloc(5000));
    for (let second = 0; second < 25; second += 1) {
      body.write(Buffer.alloc(1));
      await seconds(1);
    }
    expect(state.end).toMatchObject(TIMEOUT);
    expect(state.bytes).toBeLessThan(5025);
  });

  test('that breaks off ends the reading', async () => {
    const { body, state } = reading();
    body.write('abc');
    await seconds(1);
    body.destroy();
    await seconds(0);
    expect(state).toEqual({ bytes: 3, end: new Error('The sender broke off') });
  });

  test('whose connection breaks is told of by that error', async () => {
    const { body, state } = reading();
    body.destroy(new Error('reset'));
    await seconds(0);
    expect(state.end).toEqual(new Error('reset'));
  });

  test('is not blamed for a reader that takes its time', async () => {
    const body = new PassThrough();
    const chunks = receive(body as unknown as IncomingMessage, RATE);
    for (let read = 0; read < 5; read += 1) {
      body.write('x');
      expect((await chunks.next()).done).toBe(false);
      await seconds(3600);
    }
    body.end();
    expect((await chunks.next()).done).toBe(true);
  });
});

test('who stops reading leaves the stream as it is, without listeners and timers', async () => {
  const body = new PassThrough();
  const chunks = receive(body as unknown as IncomingMessage, RATE);
  body.write('abc');
  await chunks.next();
  await chunks.return(undefined);
  expect(body.destroyed).toBe(false);
  expect(body.listenerCount('readable')).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});
