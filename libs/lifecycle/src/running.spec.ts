import { expect, test } from '@jest/globals';
import { Running } from './running.ts';

test('what was started last is stopped first, once, and all of it even if one fails', async () => {
  const stopped: string[] = [];
  const running = new Running();
  running.add(() => Promise.resolve(void stopped.push('database')));
  running.add(() => Promise.reject(new Error('the queue hangs')));
  running.add(() => Promise.resolve(void stopped.push('api')));
  await expect(running.stop()).rejects.toThrow('the queue hangs');
  expect(stopped).toEqual(['api', 'database']);
  await running.stop();
  expect(stopped).toHaveLength(2);
});
