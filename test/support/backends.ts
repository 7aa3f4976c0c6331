import { beforeAll } from '@jest/globals';
import { Redis } from 'ioredis';
import { createTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { atEnd } from './lifecycle.ts';
import { startRedis } from './redis.ts';
import { redisUrl, workerNumber } from './settings.ts';

export interface QueueBackend {
  readonly name: 'postgres' | 'redis';
}

/** Where BullMQ can keep its jobs: `describe.each(queueBackends)('... on $name', (backend) => { ... })`. */
export const queueBackends: readonly QueueBackend[] = [{ name: 'postgres' }, { name: 'redis' }];

export const ADMIN_TOKEN = 'an-operator-token-of-the-tests-0123456789';
const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

/** The servers of one `describe`, which nobody else uses. */
export interface Servers {
  readonly database: TestDatabase;
  /** Undefined on Postgres. */
  readonly redisUrl: string | undefined;
  /** The whole environment for an app of these servers; add to it what the test is about. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Gives the enclosing `describe` a database, and on the backend `redis` an empty Redis, from its `beforeAll` to the end
 * of the file. A test that flushes or kills its Redis calls `startRedis` itself: this one may be the user's.
 */
export function useServers(backend: QueueBackend): Servers {
  let database: TestDatabase | undefined;
  let redis: string | undefined;
  const made = (): TestDatabase => {
    if (database === undefined) {
      throw new Error('The servers are there from beforeAll on');
    }
    return database;
  };
  beforeAll(async () => {
    redis = backend.name === 'redis' ? await redisForThisFile() : undefined;
    database = await createTestDatabase();
  });
  return {
    get database() {
      return made();
    },
    get redisUrl() {
      return redis;
    },
    get env() {
      return serviceEnv(made().url, redis);
    },
  };
}

/** The environment of an app: the given servers, the tests' token and key, few connections, patience. */
export function serviceEnv(databaseUrl: string, redis?: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    ...(redis === undefined ? {} : { REDIS_URL: redis }),
    DIALGATE_ADMIN_TOKEN: ADMIN_TOKEN,
    DIALGATE_MASTER_KEY: MASTER_KEY,
    HOST: '127.0.0.1',
    // Several files, each with several processes, share one server of 200 connections.
    DATABASE_POOL_SIZE: '5',
    // A call that has to be answered is, on a busy machine too.
    SYNC_WAIT_MS: '30000',
    LOG_LEVEL: 'info',
    TZ: 'UTC',
  };
}

const MARK = 'dialgate:tests';
let claimed: Promise<string> | undefined;

/** A Redis of its own, or its own database of the user's, the same one for the whole file. */
async function redisForThisFile(): Promise<string> {
  const given = redisUrl();
  if (given === undefined) {
    const { url } = await startRedis();
    return url;
  }
  claimed ??= claimDatabase(given);
  return claimed;
}

/** Empties the worker's database if tests have left something there, and only then. */
async function claimDatabase(server: string): Promise<string> {
  const url = new URL(server);
  url.pathname = `/${workerNumber()}`;
  const client = new Redis(url.href);
  try {
    if ((await client.dbsize()) > 0 && (await client.exists(MARK)) === 0) {
      throw new Error(
        `Database ${workerNumber()} of REDIS_URL is not empty, and nothing in it says that tests filled it: ` +
          'name a server whose databases 1 to 4 are free',
      );
    }
    await client.flushdb();
    await client.set(MARK, new Date().toISOString());
  } finally {
    client.disconnect();
  }
  atEnd(() => emptyDatabase(url.href));
  return url.href;
}

async function emptyDatabase(url: string): Promise<void> {
  const client = new Redis(url);
  try {
    await client.flushdb();
  } finally {
    client.disconnect();
  }
}
