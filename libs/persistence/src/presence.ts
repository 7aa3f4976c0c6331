import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ANSWER_MS } from './no-answer.ts';
import { Sockets } from './sockets.ts';

export interface PresenceOptions {
  readonly databaseUrl: string;
  readonly applicationName: string;
  /** The connection broke; a new one is being made. For the log. */
  readonly onLost: (error: unknown) => void;
}

/** How often, in ms, the server is asked whether it still knows of the connection. */
const ASK_MS = 5_000;

/**
 * Takes the lock. Where the machine of this process has gone without a word, Postgres frees it after 25 s instead of after two
 * hours, its own default: it asks after 10 s of silence, three times in all. For the lock of a connection before this one of
 * which it does not know yet that it has gone it waits for a moment; the next attempt follows.
 */
const HOLD = `
  SELECT set_config('lock_timeout', '4000', false),
         set_config('tcp_keepalives_idle', '10', false),
         set_config('tcp_keepalives_interval', '5', false),
         set_config('tcp_keepalives_count', '3', false),
         set_config('tcp_user_timeout', '25000', false),
         pg_advisory_lock($1)`;

/** How long, in ms, it takes at least from one attempt to connect to the next, also where the last one succeeded. */
const RETRY_MS = 500;

/**
 * A process's sign of life: it holds an advisory lock of Postgres on a connection of its own for as long as it lives. Others
 * can tell whether it is there by trying for the lock, and learn of a death as soon as Postgres does: at once when the
 * process is killed, within half a minute when its machine is gone. It asks from time to time whether the connection still
 * holds, so that it learns of a Postgres that has given it up without its hearing of that.
 *
 * While the connection is being made anew after a loss the process seems dead: what it was receiving may be taken away
 * from it then, which it finds out at the seal; nothing takes effect twice.
 */
export class Presence {
  /** The number whose lock is held: this process's name in `uploads.receiver`. */
  readonly receiver: bigint;
  readonly #options: PresenceOptions;
  readonly #sockets = new Sockets();
  #client: pg.Client | undefined;
  #triedAt = -Infinity;
  #closed = false;

  private constructor(options: PresenceOptions) {
    this.#options = options;
    this.receiver = BigInt.asIntN(64, randomBytes(8).readBigUInt64BE());
  }

  static async open(options: PresenceOptions): Promise<Presence> {
    const presence = new Presence(options);
    await presence.#connect();
    return presence;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sockets.closedAfter(this.#client?.end() ?? Promise.resolve());
  }

  /** Resolves when the lock is held. A connection that breaks before that is this call's failure, and nobody else's. */
  async #connect(): Promise<void> {
    this.#triedAt = performance.now();
    const client = new pg.Client({
      connectionString: this.#options.databaseUrl,
      application_name: this.#options.applicationName,
      stream: this.#sockets.make,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    const connection: { broken: Error | undefined } = { broken: undefined };
    const onBreak = (error?: Error): void => {
      connection.broken ??= error ?? new Error('Connection terminated');
      if (this.#client !== client) return;
      this.#client = undefined;
      if (!this.#closed) void this.#reconnect(connection.broken);
    };
    client.on('error', onBreak);
    client.on('end', () => {
      onBreak();
    });
    try {
      await client.connect();
      await client.query(HOLD, [this.receiver]);
      // It may have broken between the answer and this line.
      if (connection.broken !== undefined) throw connection.broken;
    } catch (error) {
      // Not waited for: the goodbye on a connection that is half made may never be answered.
      client.end().catch((failure: unknown) => {
        this.#lost(failure);
      });
      throw error;
    }
    if (this.#closed) {
      await client.end();
      return;
    }
    this.#client = client;
    void this.#watch(client, onBreak);
  }

  /** Until the connection breaks, or is closed. On one that is silent the question itself has to be given up. */
  async #watch(client: pg.Client, onBreak: (error: Error) => void): Promise<void> {
    for (;;) {
      await sleep(ASK_MS, undefined, { ref: false });
      if (this.#client !== client || this.#closed) return;
      try {
        await client.query('SELECT 1');
      } catch (error) {
        onBreak(error as Error);
        await client.end();
        return;
      }
    }
  }

  /** There is one of these at a time: it is begun by the loss of the connection that holds the lock, and ends with the next. */
  async #reconnect(error: Error): Promise<void> {
    this.#lost(error);
    await this.#pause();
    while (!this.#closed) {
      try {
        await this.#connect();
        return;
      } catch (failure) {
        this.#lost(failure);
        await this.#pause();
      }
    }
  }

  #lost(error: unknown): void {
    if (!this.#closed) this.#options.onLost(error);
  }

  /** Until the next attempt may be made. */
  async #pause(): Promise<void> {
    const ms = this.#triedAt + RETRY_MS - performance.now();
    if (ms > 0) await sleep(ms, undefined, { ref: false });
  }
}
