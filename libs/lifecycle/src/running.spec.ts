import { expect, test } from '@jest/globals';
import { Running } from './running.ts';

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
  await running.stop();
  expect(stopped).toHaveLength(2);
});

test('what is being stopped is left until it has stopped, also where somebody else stops the rest', async () => {
  let end = (): void => undefined;
  const running = new Running();
  running.add('database', () => Promise.resolve());
  running.add('API', () => new Promise<void>((resolve) => (end = resolve)));
  const stopped = running.stop();
  expect(running.left).toEqual(['API', 'database']);
  await running.stop();
  expect(running.left).toEqual(['API']);
  end();
  await stopped;
  expect(running.left).toEqual([]);
});
