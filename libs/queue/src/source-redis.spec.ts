import { expect, test } from '@jest/globals';
import { SourceRedis } from './source-redis.ts';

/** Where nobody listens, and where it is tried only once while the test runs. */
function unreachable(): SourceRedis {
  const redis = new SourceRedis({
    host: '127.0.0.1',
    port: 1,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: () => 3_600_000,
  });
  redis.on('error', () => undefined);
  return redis;
}

test.each([
  ['the connection itself', (redis: SourceRedis) => redis],
  ['a copy of it', (redis: SourceRedis) => redis.duplicate()],
])('%s that waits for its next attempt ends when it is disconnected', async (_, choose) => {
  const redis = choose(unreachable());
  redis.on('error', () => undefined);
  const waits = new Promise((resolve) => redis.once('reconnecting', resolve));
  redis.connect().catch(() => undefined);
  await waits;
  const waiting = redis.get('something');
  const ended = new Promise((resolve) => redis.once('end', resolve));
  redis.disconnect();
  await ended;
  expect(redis.status).toBe('end');
  // And what still waited for the connection is told.
  await expect(waiting).rejects.toThrow('Connection is closed');
});

test('a copy that has ended is known no more', async () => {
  const redis = unreachable();
  const copy = redis.duplicate();
  expect(redis.copies).toEqual(new Set([copy]));
  const ended = new Promise((resolve) => copy.once('end', resolve));
  copy.disconnect();
  await ended;
  expect(redis.copies.size).toBe(0);
});
