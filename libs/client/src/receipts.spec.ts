import { describe, expect, test } from '@jest/globals';
import { DialgateClient } from './client.ts';

/** What a request for receipts meets: a status, Node's code of a failure, or lines before the connection breaks. */
type Fate = number | string | { readonly lines: readonly number[] };

/** The lines that are read where requests meet these fates, and then the last one for ever; the requests it took. */
async function read(attempts: number, ...fates: readonly Fate[]) {
  let requests = 0;
  const client = new DialgateClient({
    baseUrl: 'http://127.0.0.1',
    credentials: { token: 't' },
    retry: { attempts, firstDelayMs: 1, longestDelayMs: 1 },
    fetch: () => {
      const fate = fates[Math.min(requests++, fates.length - 1)] ?? 500;
      if (typeof fate === 'string') {
        return Promise.reject(Object.assign(new Error(fate), { code: fate }));
      }
      if (typeof fate === 'number') return Promise.resolve(new Response(null, { status: fate }));
      const headers = { 'content-type': 'application/x-ndjson' };
      return Promise.resolve(new Response(breakingOff(fate.lines), { headers }));
    },
  });
  const lines: number[] = [];
  const failure = await (async (): Promise<unknown> => {
    for await (const { line } of client.uploads.receipts('u')) lines.push(line);
    return null;
  })().catch((error: unknown) => error);
  return { lines, requests, failure };
}

function breakingOff(lines: readonly number[]): ReadableStream<Uint8Array> {
  const left = [...lines];
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const line = left.shift();
      if (line === undefined) controller.error(new Error('the connection broke'));
      else controller.enqueue(Buffer.from(`${JSON.stringify({ line })}\n`));
    },
  });
}

describe.each([1, 2, 5])('receipts are asked for %i times', (attempts) => {
  test.each<[string, Fate]>([
    ['no connection comes about', 'ECONNREFUSED'],
    ['the connection breaks before the head', 'ECONNRESET'],
    ['the connection breaks behind it', { lines: [] }],
    ['the service fails', 503],
  ])('where %s', async (_, fate) => {
    const { lines, requests, failure } = await read(attempts, fate);
    expect(failure).toMatchObject({ name: 'DialgateError' });
    expect({ lines, requests }).toEqual({ lines: [], requests: attempts });
  });
});

test('each receipt that is new gives all attempts anew', async () => {
  const fates: Fate[] = [503, { lines: [1, 2] }, 'ECONNRESET', { lines: [1, 2, 3] }, 502, 503];
  const { lines, requests, failure } = await read(3, ...fates);
  expect(failure).toMatchObject({ status: 503 });
  expect({ lines, requests }).toEqual({ lines: [1, 2, 3], requests: fates.length });
});

test('what will not pass is not asked for again', async () => {
  expect(await read(5, 404)).toMatchObject({ requests: 1, failure: { status: 404 } });
});
