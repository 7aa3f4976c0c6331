import { expect, test } from '@jest/globals';
import { Running } from './running.ts';

/** Lets what has been decided be heard of. */
const turns = (): Promise<void> => new Promise(setImmediate);

test('what was started last is stopped first, once, and all of it even if one fails', async () => {
  const stopped: string[] = [];
  const running = new Running();
  running.add('database', () => Promise.resolve(void stopped.push('database')));
  running.add('queue', () => Promise.reject(new Error('the queue hangs')));
  running.add('API', () => Promise.resolve(void stopped.push('API')));
  expect(running.left).toEqual(['API', 'queue', 'database']);
  await expect(running.stop()).rejects.toThrow('the queue hangs');
  expect(stopped).toEqual(['API', 'database']);
  expect(running.left).toEqual([]);
  await expect(running.stop()).rejects.toThrow('the queue hangs');
  expect(stopped).toHaveLength(2);
});

test('what is being stopped is left until it has stopped, and whoever asks again waits for it', async () => {
  let end = (): void => undefined;
  const running = new Running();
  running.add('database', () => Promise.resolve());
  running.add('API', () => new Promise<void>((resolve) => (end = resolve)));
  const stopped = running.stop();
  expect(running.stop()).toBe(stopped);
  await turns();
  expect(running.left).toEqual(['API', 'database']);
  end();
  await stopped;
  expect(running.left).toEqual([]);
});

test('a stop in the middle of a start waits for the part that is being started, and stops it', async () => {
  const events: string[] = [];
  let made = (): void => undefined;
  const running = new Running();
  void running
    .start(async () => {
      await new Promise<void>((resolve) => (made = resolve));
      running.add('database', () => Promise.resolve(void events.push('database stopped')));
      events.push('went on');
    })
    .finally(() => events.push('start ended'));
  const stopped = running.stop().then(() => events.push('stopped'));
  await turns();
  expect(events).toEqual([]);
  made();
  await stopped;
  expect(events).toEqual(['database stopped', 'stopped']);
});

test('a start that fails stops what is there; what it fails with while it is stopped is not told', async () => {
  const stopped: string[] = [];
  const failing = new Running();
  const start = failing.start(() => {
    failing.add('database', () => Promise.resolve(void stopped.push('database')));
    return Promise.reject(new Error('the port is in use'));
  });
  await expect(start).rejects.toThrow('the port is in use');
  expect(stopped).toEqual(['database']);

  let fail: (reason: Error) => void = () => undefined;
  const stopping = new Running();
  let told = false;
  stopping
    .start(() => new Promise<void>((_, reject) => (fail = reject)))
    .catch(() => (told = true));
  const end = stopping.stop();
  fail(new Error('the database was stopped'));
  await end;
  await turns();
  expect(told).toBe(false);
});

test('a cut reaches what is being stopped and what still stands', async () => {
  const cuts: string[] = [];
  let end = (): void => undefined;
  const running = new Running();
  running.add(
    'database',
    () => Promise.resolve(),
    () => cuts.push('database'),
  );
  running.add(
    'API',
    () => new Promise<void>((resolve) => (end = resolve)),
    () => {
      cuts.push('API');
      end();
    },
  );
  const stopped = running.stop();
  await turns();
  running.cut();
  await stopped;
  expect(cuts).toEqual(['API', 'database']);
});
