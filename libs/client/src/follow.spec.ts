import { describe, expect, test } from '@jest/globals';
import type { UploadView } from '#wire';
import { DialgateClient } from './client.ts';
import type { FollowOptions } from './follow.ts';

const view = (state: string, accepted: number): Partial<UploadView> =>
  ({ id: 'u', state, counts: { received: 3, accepted, pending: 3 - accepted } }) as UploadView;

const QUEUED = view('queued', 0);
const RUNNING = view('running', 1);
const DONE = view('completed', 3);

interface Step {
  readonly status?: number;
  readonly etag?: string;
  readonly body?: object;
}

/** What is seen of an upload when the service answers so, and the headers that it was asked with. */
async function follow(steps: readonly Step[], options: FollowOptions = {}) {
  const asked: { prefer: string | null; known: string | null }[] = [];
  const left = [...steps];
  const client = new DialgateClient({
    baseUrl: 'http://127.0.0.1',
    credentials: { token: 't' },
    fetch: (_, init) => {
      const headers = new Headers(init?.headers);
      asked.push({ prefer: headers.get('prefer'), known: headers.get('if-none-match') });
      const { status = 200, etag, body } = left.shift() ?? { status: 500 };
      return Promise.resolve(
        new Response(body === undefined ? null : JSON.stringify(body), {
          status,
          headers: etag === undefined ? {} : { etag },
        }),
      );
    },
    retry: { attempts: 1, firstDelayMs: 2, longestDelayMs: 2 },
  });
  const seen: string[] = [];
  const given = { holdSeconds: 7, pollMs: 1, ...options };
  for await (const { state } of client.uploads.follow('u', given)) {
    seen.push(state);
  }
  expect(left).toEqual([]);
  return { seen, asked };
}

describe('an upload is followed', () => {
  test('by asking for what is not known yet', async () => {
    const { seen, asked } = await follow([
      { etag: '"1"', body: QUEUED },
      { etag: '"2"', body: RUNNING },
      { status: 304, etag: '"2"' },
      { etag: '"3"', body: DONE },
    ]);
    expect(seen).toEqual(['queued', 'running', 'completed']);
    expect(asked).toEqual([
      { prefer: null, known: null },
      { prefer: 'wait=7', known: '"1"' },
      { prefer: 'wait=7', known: '"2"' },
      { prefer: 'wait=7', known: '"2"' },
    ]);
  });

  test('by asking again and again where nothing is said of what is known', async () => {
    const { seen, asked } = await follow([
      { body: QUEUED },
      { body: QUEUED },
      { body: RUNNING },
      { body: DONE },
    ]);
    expect(seen).toEqual(['queued', 'running', 'completed']);
    expect(new Set(asked.map(({ known }) => known))).toEqual(new Set([null]));
  });

  test('not at all when it has ended', async () => {
    expect((await follow([{ etag: '"9"', body: DONE }])).seen).toEqual(['completed']);
  });

  test('through an outage, however many attempts that takes', async () => {
    const outage = [503, 502, 504, 500, 429, 503, 503].map((status) => ({ status }));
    const failures: (number | null)[] = [];
    const { seen, asked } = await follow(
      [{ etag: '"1"', body: QUEUED }, ...outage, { etag: '"3"', body: DONE }],
      { onFailure: ({ status }) => failures.push(status) },
    );
    expect(seen).toEqual(['queued', 'completed']);
    expect(failures).toEqual(outage.map(({ status }) => status));
    expect(new Set(asked.slice(1).map(({ known }) => known))).toEqual(new Set(['"1"']));
  });

  test('no longer than its patience', async () => {
    const failures: unknown[] = [];
    // Behind its steps the service fails for ever.
    const following = follow([{ etag: '"1"', body: QUEUED }], {
      patienceMs: 20,
      onFailure: (error) => failures.push(error),
    });
    await expect(following).rejects.toMatchObject({ status: 500 });
    expect(failures.length).toBeGreaterThan(0);
  });

  test('until it fails', async () => {
    await expect(follow([{ etag: '"1"', body: QUEUED }, { status: 404 }])).rejects.toMatchObject({
      status: 404,
    });
  });
});
