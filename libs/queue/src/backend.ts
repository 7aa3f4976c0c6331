import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import type { BackendClasses, BackendFactory, IQueueBackend } from 'bullmq';
import pTimeout from 'p-timeout';
import { connectRedis } from './connect-redis.ts';
import type { RedisConnection } from './connect-redis.ts';
import { PREFIX } from './names.ts';
import { probeRedis } from './probe-redis.ts';

export interface QueueBackendOptions {
  /** REDIS_URL. Undefined: BullMQ keeps its queues in Postgres, beside the data. */
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  /** A connection broke. BullMQ reconnects by itself; this is for the log. */
  readonly onError: (error: Error) => void;
}

/** How a queue, worker or event reader connects to Postgres. */
const POSTGRES = {
  /** Connections, beside the one it listens on. */
  max: 4,
  // A connection whose other end has gone without a word is given up; BullMQ tries again. Its statements are short.
  connectionTimeoutMillis: 10_000,
  query_timeout: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

/** One look at something that is being closed: whether it comes to its end meanwhile. */
const LOOK = { milliseconds: 250, fallback: () => false };

/** After how many looks it is left: where Redis is away, and where the server may be slow, or silent. */
const LOOKS_WITHOUT_REDIS = 4;
const LOOKS = 8;

/**
 * Where BullMQ keeps its jobs: Redis when there is one, else Postgres. Nothing else in the code knows which. Jobs are
 * wake-up calls and hold IDs alone, so losing all of them costs time and no data.
 */
export class QueueBackend {
  readonly kind: 'redis' | 'postgres';
  /** BullMQ's classes, bound to the server. */
  readonly classes: BackendClasses<IQueueBackend, object>;
  /** What these classes are given to find the server, and their keys in it. */
  readonly options: { readonly connection: object; readonly prefix: string };
  readonly onError: (error: Error) => void;
  readonly #redis: RedisConnection | undefined;

  constructor({ redisUrl, databaseUrl, onError }: QueueBackendOptions) {
    this.onError = onError;
    if (redisUrl === undefined) {
      this.kind = 'postgres';
      this.classes = classesOf(createPostgresBackend);
      const connection = { ...POSTGRES, connectionString: databaseUrl };
      this.options = { connection, prefix: PREFIX };
    } else {
      this.kind = 'redis';
      this.#redis = connectRedis(redisUrl);
      this.#redis.on('error', onError);
      this.classes = classesOf(createRedisBackend);
      this.options = { connection: this.#redis, prefix: PREFIX };
    }
  }

  /**
   * Whether Redis cannot be reached just now. A command would wait in memory until it is back, and nothing bounds how many do:
   * wake-ups are not sent then, for whoever needs them sends them again.
   */
  get isAway(): boolean {
    return this.#redis !== undefined && this.#redis.status !== 'ready';
  }

  /** Calls `listener` whenever Redis is there again. */
  onBack(listener: () => void): void {
    this.#redis?.on('ready', listener);
  }

  /** Resolves when Redis answers. On Postgres there is nothing to ask: the database is asked on its own account. */
  async ping(): Promise<void> {
    await this.#redis?.ping();
  }

  /** Resolves when Redis answers and can be used; rejects as `probeRedis` does. */
  async probe(): Promise<void> {
    if (this.#redis !== undefined) await probeRedis(this.#redis);
  }

  /**
   * The eviction policy of this Redis, if it is not the `noeviction` that BullMQ must have: under memory pressure it
   * would throw jobs away, and lanes would stand still until the sweep wakes them. Else null.
   */
  async wrongEvictionPolicy(): Promise<string | null> {
    if (this.#redis === undefined) return null;
    const memory = await this.#redis.info('memory');
    const policy = /^maxmemory_policy:(.*)$/m.exec(memory)?.[1]?.trim();
    return policy === undefined || policy === 'noeviction' ? null : policy;
  }

  /**
   * Waits for the end of something of BullMQ's. What has no server to say goodbye to would wait for one for ever: it is left
   * after a second without a Redis, and after two where the server says nothing, and ends with its connection or with the
   * process. What was not said goodbye to is given to another worker when its lock has run out.
   *
   * @param atWork whether handlers are at work, which are waited for as long as there is a server to tell the outcome
   */
  async untilClosed(closing: Promise<void>, atWork: () => boolean = () => false): Promise<void> {
    for (let looks = 0; looks < (this.isAway ? LOOKS_WITHOUT_REDIS : LOOKS);) {
      if (
        await pTimeout(
          closing.then(() => true),
          LOOK,
        )
      )
        return;
      looks = atWork() && !this.isAway ? 0 : looks + 1;
    }
    closing.catch(this.onError);
  }

  /** After everything that uses the connection is closed. */
  async close(): Promise<void> {
    if (this.#redis === undefined) return;
    for (const copy of this.#redis.copies) copy.disconnect();
    // Without a connection there is nothing to say goodbye to, and a farewell would wait for one.
    if (!this.isAway) await this.untilClosed(this.#redis.quit().then(() => undefined));
    if (this.#redis.status !== 'end') this.#redis.disconnect();
  }
}

/** BullMQ types each backend's classes by its connection; here one or the other is chosen at run time. */
function classesOf<B extends IQueueBackend, C>(
  factory: BackendFactory<B, C>,
): BackendClasses<IQueueBackend, object> {
  return withBackend(factory as unknown as BackendFactory<IQueueBackend, object>);
}
