import { expect, test } from '@jest/globals';
import { QueueBackend } from './backend.ts';

/** Nothing is connected to before it is used. */
const backend = new QueueBackend({
  redisUrl: undefined,
  databaseUrl: 'postgres://127.0.0.1:1/nowhere',
  onError: (error) => {
    throw error;
  },
});

/** What waits for a server that says nothing. */
const never = new Promise<void>(() => undefined);

test('what never closes is left, but not while handlers are at work', async () => {
  let looks = 0;
  await backend.untilClosed(never, () => {
    looks += 1;
    return looks <= 3;
  });
  const withWork = looks;
  looks = 0;
  await backend.untilClosed(never, () => {
    looks += 1;
    return false;
  });
  expect(withWork - looks).toBe(3);
});

test('a failure to close is told', async () => {
  const failure = new Error('on purpose');
  await expect(backend.untilClosed(Promise.reject(failure))).rejects.toBe(failure);
});
