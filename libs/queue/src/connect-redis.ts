import { readRedisUrl } from '#config';
import { SourceCluster } from './source-cluster.ts';
import { SourceRedis } from './source-redis.ts';

/** A connection to what REDIS_URL names; it comes to be by itself, and again when it breaks. */
export type RedisConnection = SourceRedis | SourceCluster;

/** BullMQ asks for null here: a command waits for the connection instead of failing after some tries. */
const FOR_BULLMQ = { maxRetriesPerRequest: null } as const;

/** A certificate is for the name, which ioredis otherwise replaces by the address. */
const KEEP_NAMES = {
  dnsLookup: (name: string, found: (error: null, address: string) => void): void => {
    found(null, name);
  },
};

/** @param redisUrl as `readRedisUrl` reads it */
export function connectRedis(redisUrl: string): RedisConnection {
  const servers = readRedisUrl(redisUrl);
  if (servers === null) throw new Error('REDIS_URL names no Redis.');
  if (servers.kind === 'single') return new SourceRedis(servers.url, FOR_BULLMQ);
  const { username, password, tls } = servers;
  const access: object = {
    ...FOR_BULLMQ,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
  if (servers.kind === 'cluster') {
    const options = { redisOptions: access, ...(tls ? KEEP_NAMES : {}) };
    return new SourceCluster(servers.nodes, options);
  }
  const { sentinels, name, database, sentinelUsername = '', sentinelPassword = '' } = servers;
  return new SourceRedis({
    ...access,
    ...{ sentinels: Array.from(sentinels), name, db: database },
    ...{ sentinelUsername, sentinelPassword },
    ...(tls ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
  });
}
