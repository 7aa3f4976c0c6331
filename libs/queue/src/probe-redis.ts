import { SourceCluster } from './source-cluster.ts';
import type { RedisConnection } from './connect-redis.ts';
import { PREFIX } from './names.ts';

const REFUSAL = /\b(WRONGPASS|NOAUTH|NOPERM)\b/;

/**
 * Resolves when Redis answers, and BullMQ can work with it as far as can be told without a job.
 *
 * @throws what Redis says when it lets nobody in, and an Error with the remedy when REDIS_URL names a database that is not
 *   there, or a node of a Cluster as if it were alone
 */
export async function probeRedis(redis: RedisConnection): Promise<void> {
  let heard: (error: Error) => void = () => undefined;
  const refused = new Promise<never>((_, reject) => {
    heard = (error) => {
      const refusal = refusalIn(error);
      if (refusal !== undefined) reject(refusal);
    };
  });
  // A client of a Cluster tells its nodes' refusals only so, and goes on trying.
  redis.on('error', heard);
  try {
    await Promise.race([look(redis), refused]);
  } finally {
    redis.off('error', heard);
  }
}

async function look(redis: RedisConnection): Promise<void> {
  await redis.ping();
  if (!(redis instanceof SourceCluster)) {
    await selectDatabase(redis);
    if (/^cluster_enabled:1/m.test(await redis.info('cluster'))) {
      throw new Error(
        'Redis is a node of a Cluster: in REDIS_URL name several nodes with commas between them, or this one twice.',
      );
    }
  }
  // BullMQ is made of scripts.
  await redis.eval("return redis.call('EXISTS', KEYS[1])", 1, `${PREFIX}:probe`);
}

/** ioredis goes on in database 0 when the one that it is told of is not there. */
async function selectDatabase(redis: Exclude<RedisConnection, SourceCluster>): Promise<void> {
  try {
    await redis.select(redis.options.db ?? 0);
  } catch (error) {
    if (refusalIn(error) !== undefined) throw error;
    throw new Error('Redis has no database of this number: check REDIS_URL.', { cause: error });
  }
}

/** An error with what a server said that lets nobody in: itself, or that of a Cluster's node that was asked last. */
function refusalIn(error: unknown): Error | undefined {
  const { lastNodeError } = error as { lastNodeError?: unknown };
  return [error, lastNodeError]
    .filter((each) => each instanceof Error)
    .find(({ message }) => REFUSAL.test(message));
}
