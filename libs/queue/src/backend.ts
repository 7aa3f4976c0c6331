import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import type { BackendClasses, BackendFactory, IQueueBackend } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

export interface QueueBackendOptions {
  /** Undefined: BullMQ keeps its queues in Postgres, beside the data. */
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  /** A connection broke. BullMQ reconnects by itself; this is for the log. */
  readonly onError: (error: Error) => void;
}

/** Connections a queue, worker or event reader on Postgres may open, beside the one it listens on. */
const POSTGRES_POOL = 4;

/** How often, in ms, something that is being closed is looked at, and after how many looks without a Redis it is left. */
const CLOSE_LOOK_MS = 250;
const CLOSE_LOOKS = 4;

/** A connection that knows the further ones that BullMQ makes of it, for they can only be ended one by one. */
class SourceRedis extends Redis {
  readonly copies = new Set<Redis>();

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const copy = super.duplicate(override);
    this.copies.add(copy);
    copy.once('end', () => this.copies.delete(copy));
    return copy;
  }
}

/**
 * Where BullMQ keeps its jobs: Redis when there is one, else Postgres. Nothing else in the code knows which. Jobs are
 * wake-up calls and hold IDs alone, so losing all of them costs time and no data.
 */
export class QueueBackend {
  readonly kind: 'redis' | 'postgres';
  /** BullMQ's classes, bound to the server. */
  readonly classes: BackendClasses<IQueueBackend, object>;
  /** The connection that these classes are given. */
  readonly connection: object;
  readonly onError: (error: Error) => void;
  readonly #redis: SourceRedis | undefined;

  constructor({ redisUrl, databaseUrl, onError }: QueueBackendOptions) {
    this.onError = onError;
    if (redisUrl === undefined) {
      this.kind = 'postgres';
      this.classes = classesOf(createPostgresBackend);
      this.connection = { connectionString: databaseUrl, max: POSTGRES_POOL };
    } else {
      this.kind = 'redis';
      // BullMQ asks for null here: a command waits for the connection instead of failing after some tries.
      this.#redis = new SourceRedis(redisUrl, { maxRetriesPerRequest: null });
      this.#redis.on('error', onError);
      this.classes = classesOf(createRedisBackend);
      this.connection = this.#redis;
    }
  }

  /** Resolves when Redis answers. On Postgres there is nothing to ask: the database is asked on its own account. */
  async ping(): Promise<void> {
    await this.#redis?.ping();
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
   * Waits for the end of something of BullMQ's. What has no Redis to say goodbye to would wait for one for ever: it is
   * left after a second then, and ends with its connection, in `close`.
   */
  async untilClosed(closing: Promise<void>): Promise<void> {
    const closed = closing.then(() => true);
    for (let looks = 0; looks < CLOSE_LOOKS;) {
      const look = new AbortController();
      const later = sleep(CLOSE_LOOK_MS, false, { signal: look.signal });
      later.catch(() => undefined); // Its abortion, when nobody looks any more.
      try {
        if (await Promise.race([closed, later])) return;
      } finally {
        look.abort();
      }
      looks = this.#isAway() ? looks + 1 : 0;
    }
    closed.catch(this.onError);
  }

  /** After everything that uses the connection is closed. */
  async close(): Promise<void> {
    if (this.#redis === undefined) return;
    for (const copy of this.#redis.copies) copy.disconnect();
    // Without a connection there is nothing to say goodbye to, and a farewell would wait for one.
    if (this.#isAway()) this.#redis.disconnect();
    else await this.#redis.quit();
  }

  #isAway(): boolean {
    return this.#redis !== undefined && this.#redis.status !== 'ready';
  }
}

/** BullMQ types each backend's classes by its connection; here one or the other is chosen at run time. */
function classesOf<B extends IQueueBackend, C>(
  factory: BackendFactory<B, C>,
): BackendClasses<IQueueBackend, object> {
  return withBackend(factory as unknown as BackendFactory<IQueueBackend, object>);
}
