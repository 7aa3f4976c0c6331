import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { LaneQueue, LANES, QueueBackend } from '#queue';
import { queueBackends, useServers } from '../support/backends.ts';
import { openQueue } from '../support/queues.ts';
import type { TestQueue } from '../support/queues.ts';

describe.each(queueBackends)('a lane whose job is lost in part, on $name', (backend) => {
  const servers = useServers(backend);
  let queues: QueueBackend;
  let lanes: LaneQueue;
  let seen: TestQueue;

  beforeAll(async () => {
    queues = new QueueBackend({
      redisUrl: servers.redisUrl,
      databaseUrl: servers.database.url,
      onError: () => undefined,
    });
    await queues.probe();
    lanes = new LaneQueue(queues);
    seen = await openQueue(servers, LANES);
  });

  afterAll(async () => {
    await lanes.close();
    await queues.close();
  });

  async function evict(...keys: string[]): Promise<void> {
    const redis = new Redis(servers.redisUrl ?? '');
    expect(await redis.del(...keys.map((key) => seen.toKey(key)))).toBe(keys.length);
    redis.disconnect();
  }

  const losses: [what: string, campaignId: number, lose: (jobId: string) => Promise<unknown>][] =
    backend.name === 'postgres'
      ? [
          [
            'job',
            1,
            (jobId) => servers.database.query('DELETE FROM bullmq.job WHERE id = $1', [jobId]),
          ],
        ]
      : [
          ['job', 1, (jobId) => evict(jobId, 'wait')],
          ['list', 2, () => evict('wait')],
        ];

  test.each(losses)('its %s: the next sweep wakes it', async (_, campaignId, lose) => {
    const lane = { vdnId: 1, campaignId };
    await lanes.wake(lane);
    const [job] = await seen.getWaiting();
    await lose(job?.id ?? '');
    expect(await seen.getWaitingCount()).toBe(0);

    await lanes.hurry(lane);
    expect((await seen.getWaiting()).map(({ data }) => data)).toEqual([lane]);
    await lanes.hurry(lane);
    expect(await seen.getWaitingCount()).toBe(1);
    await seen.drain();
  });
});
