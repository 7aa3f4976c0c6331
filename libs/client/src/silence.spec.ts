import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DialgateClient } from './client.ts';

const PATIENCE_MS = 1000;

beforeEach(() => {
  // Streams go on by themselves.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});

afterEach(() => {
  jest.useRealTimers();
});

/** A service that has sent its head, and sends the receipts that it is told to, until the request is given up. */
function answering() {
  let body: ReadableStreamDefaultController<Uint8Array>;
  let asked = 0;
  let givenUp = false;
  const client = new DialgateClient({
    baseUrl: 'http://127.0.0.1',
    credentials: { token: 't' },
    answerTimeoutMs: PATIENCE_MS,
    retry: { attempts: 1 },
    fetch: (_, init) => {
      asked++;
      const start = (controller: typeof body): void => {
        body = controller;
      };
      const stream = new ReadableStream<Uint8Array>({ start, cancel: () => void (givenUp = true) });
      init?.signal?.addEventListener('abort', () => {
        body.error(init.signal?.reason);
      });
      const headers = { 'content-type': 'application/x-ndjson' };
      return Promise.resolve(new Response(stream, { headers }));
    },
  });
  return {
    receipts: client.uploads.receipts('u')[Symbol.asyncIterator](),
    send: (line: number): void => {
      body.enqueue(Buffer.from(`${JSON.stringify({ line })}\n`));
    },
    end: (): void => {
      body.close();
    },
    asked: () => asked,
    isGivenUp: () => givenUp,
  };
}

/** Time passes, and everybody has done what there was to do. */
const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

describe('a service that sends receipts', () => {
  test('is given up when it has been silent for too long', async () => {
    const { receipts, send, asked } = answering();
    const first = receipts.next();
    await pass(0);
    send(1);
    expect((await first).value).toEqual({ line: 1 });
    const second = expect(receipts.next()).rejects.toMatchObject({
      kind: 'network',
      title: 'the service does not answer (it was silent for too long)',
    });
    await pass(PATIENCE_MS);
    await second;
    expect(asked()).toBe(1);
  });

  test('is not, however long it takes, when each comes in time', async () => {
    const { receipts, send, end } = answering();
    for (let line = 1; line <= 5; line++) {
      const next = receipts.next();
      await pass(PATIENCE_MS - 1);
      send(line);
      expect((await next).value).toEqual({ line });
    }
    const last = receipts.next();
    await pass(0);
    end();
    expect((await last).done).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('is not while we are the ones who take nothing', async () => {
    const { receipts, send, isGivenUp } = answering();
    for (let line = 1; line <= 3; line++) {
      const next = receipts.next();
      await pass(0);
      send(line);
      expect((await next).value).toEqual({ line });
      await pass(10 * PATIENCE_MS);
    }
    await receipts.return?.();
    expect(isGivenUp()).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});
