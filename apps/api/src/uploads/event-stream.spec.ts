import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Newest } from '#ingestion';
import type { UploadSnapshot } from '#ingestion';
import { streamEvents } from './event-stream.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

const snapshot = (accepted: number, state = 'running'): UploadSnapshot =>
  ({ upload: { state, accepted } }) as unknown as UploadSnapshot;

const write = ({ upload }: UploadSnapshot) => ({
  id: `${upload.state}-${upload.accepted}`,
  data: String(upload.accepted),
});

/** Reads a stream as fast as it comes, and notes when. */
function reading(snapshots: Newest<UploadSnapshot>, seen: string | null = null) {
  const texts: [ms: number, text: string][] = [];
  const begin = Date.now();
  const ended = (async () => {
    for await (const text of streamEvents(snapshots, seen, write)) {
      texts.push([Date.now() - begin, text]);
    }
  })();
  return { texts, ended };
}

const RETRY = [0, 'retry: 2000\n\n'];

describe('the event stream', () => {
  test('has the newest of what comes, at most four times a second, and ends with the end', async () => {
    const snapshots = new Newest<UploadSnapshot>();
    const { texts, ended } = reading(snapshots);
    for (let accepted = 0; accepted < 95; accepted += 1) {
      snapshots.put(snapshot(accepted));
      await jest.advanceTimersByTimeAsync(10);
    }
    snapshots.put(snapshot(100, 'completed'));
    await jest.advanceTimersByTimeAsync(250);
    await ended;
    expect(texts).toEqual([
      RETRY,
      [0, 'id: running-0\ndata: 0\n\n'],
      [250, 'id: running-24\ndata: 24\n\n'],
      [500, 'id: running-49\ndata: 49\n\n'],
      [750, 'id: running-74\ndata: 74\n\n'],
      [1000, 'id: completed-100\ndata: 100\n\n'],
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('leaves out what was seen before', async () => {
    const snapshots = new Newest<UploadSnapshot>();
    snapshots.put(snapshot(1));
    const { texts, ended } = reading(snapshots, 'running-1');
    await jest.advanceTimersByTimeAsync(1_000);
    snapshots.put(snapshot(1));
    await jest.advanceTimersByTimeAsync(1_000);
    snapshots.put(snapshot(2, 'completed'));
    await ended;
    expect(texts).toEqual([RETRY, [2_000, 'id: completed-2\ndata: 2\n\n']]);
  });

  test('has a comment every 15 s of silence', async () => {
    const snapshots = new Newest<UploadSnapshot>();
    const { texts, ended } = reading(snapshots);
    await jest.advanceTimersByTimeAsync(40_000);
    snapshots.end();
    await ended;
    expect(texts).toEqual([RETRY, [15_000, ': still here\n\n'], [30_000, ': still here\n\n']]);
  });

  test('ends at once when it is to end, also in the pause between two events', async () => {
    const snapshots = new Newest<UploadSnapshot>();
    snapshots.put(snapshot(1));
    const { texts, ended } = reading(snapshots);
    await jest.advanceTimersByTimeAsync(100);
    snapshots.end();
    await ended;
    expect(texts).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('makes nothing for who does not read', async () => {
    const snapshots = new Newest<UploadSnapshot>();
    let written = 0;
    const stream = streamEvents(snapshots, null, (one) => {
      written += 1;
      return write(one);
    });
    await stream.next();
    for (let accepted = 0; accepted < 1_000; accepted += 1) snapshots.put(snapshot(accepted));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(written).toBe(0);
    expect((await stream.next()).value).toBe('id: running-999\ndata: 999\n\n');
  });
});
