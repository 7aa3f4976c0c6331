import { describe, expect, test } from '@jest/globals';
import type { UploadView } from '#wire';
import { DialgateClient } from './client.ts';

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
async function follow(steps: readonly Step[]) {
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
    retry: { attempts: 1 },
  });
  const seen: string[] = [];
  for await (const { state } of client.uploads.follow('u', { holdSeconds: 7, pollMs: 1 })) {
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

  test('until it fails', async () => {
    await expect(follow([{ etag: '"1"', body: QUEUED }, { status: 404 }])).rejects.toMatchObject({
      status: 404,
    });
  });
});
