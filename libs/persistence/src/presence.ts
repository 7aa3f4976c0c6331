import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface PresenceOptions {
  readonly databaseUrl: string;
  readonly applicationName: string;
  /** The connection broke; a new one is being made. For the log. */
  readonly onLost: (error: unknown) => void;
}

/** How long, in ms, it takes at least from one attempt to connect to the next, also where the last one succeeded. */
const RETRY_MS = 500;

/**
 * A process's sign of life: it holds an advisory lock of Postgres on a connection of its own for as long as it lives. Others
 * can tell whether it is there by trying for the lock, and learn of a death as soon as Postgres does: at once when the
 * process is killed, after TCP's keep-alive when its machine is gone.
 *
 * While the connection is being made anew after a loss the process seems dead: what it was receiving may be taken away
 * from it then, which it finds out at the seal; nothing takes effect twice.
 */
export class Presence {
  /** The number whose lock is held: this process's name in `uploads.receiver`. */
  readonly receiver: bigint;
  readonly #options: PresenceOptions;
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
    await this.#client?.end();
  }

  /** Resolves when the lock is held. A connection that breaks before that is this call's failure, and nobody else's. */
  async #connect(): Promise<void> {
    this.#triedAt = performance.now();
    const client = new pg.Client({
      connectionString: this.#options.databaseUrl,
      application_name: this.#options.applicationName,
      connectionTimeoutMillis: 5_000,
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
      await client.query('SELECT pg_advisory_lock($1)', [this.receiver]);
      // It may have broken between the answer and this line.
      if (connection.broken !== undefined) throw connection.broken;
    } catch (error) {
      // Not waited for: the goodbye on a connection that is half made may never be answered.
      client.end().catch(this.#options.onLost);
      throw error;
    }
    if (this.#closed) {
      await client.end();
      return;
    }
    this.#client = client;
  }

  /** There is one of these at a time: it is begun by the loss of the connection that holds the lock, and ends with the next. */
  async #reconnect(error: Error): Promise<void> {
    this.#options.onLost(error);
    await this.#pause();
    while (!this.#closed) {
      try {
        await this.#connect();
        return;
      } catch (failure) {
        this.#options.onLost(failure);
        await this.#pause();
      }
    }
  }

  /** Until the next attempt may be made. */
  async #pause(): Promise<void> {
    const ms = this.#triedAt + RETRY_MS - performance.now();
    if (ms > 0) await sleep(ms, undefined, { ref: false });
  }
}
