import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/prisma/client.ts';
import { ANSWER_MS, isUnanswered } from './no-answer.ts';
import { Sockets } from './sockets.ts';

/** One connection inside a transaction: what the statements in sql/ that must be atomic with others ask for. */
export type Transaction = pg.PoolClient;

/** Anything a single statement can run on: the pool or a transaction. */
export type Queryable = pg.Pool | Transaction;

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** An idle connection broke. The pool replaces it by itself; this is for the log. */
  readonly onIdleError: (error: Error) => void;
}

/**
 * How long, in ms, Postgres lets a statement wait for a lock, and a transaction be idle. A worker that hangs within an
 * admission, or whose machine is gone, holds its campaign; without an end others would give all their connections to
 * waiting for that campaign, and all others would stand still with it. Nothing here works in between two statements for
 * longer than a moment.
 */
const LOCK_TIMEOUT_MS = 3_000;
const IDLE_IN_TRANSACTION_MS = 10_000;

/**
 * The one way to Postgres: a pool, shared by the statements in sql/ (through node-postgres) and by Prisma's client (for
 * everything that is not on a hot path).
 */
export class Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  readonly #sockets = new Sockets();

  constructor(options: DatabaseOptions) {
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize,
      application_name: options.applicationName,
      stream: this.#sockets.make,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      // Parameters of the URL (`?lock_timeout=5000`, `?options=-c ...`) override these.
      query_timeout: ANSWER_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    });
    this.pool.on('error', options.onIdleError);
    this.prisma = new PrismaClient({
      adapter: new PrismaPg(this.pool, { disposeExternalPool: false }),
    });
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED) and commits when it resolves. When it rejects, or the connection
   * breaks, nothing of it is kept. A commit whose answer is lost, or does not come in time, may have happened, or happen
   * yet: every caller must be right in either case, by finding its own work done when it comes again.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = await this.pool.connect();
    let broken: Error | undefined;
    // The pool listens to idle connections only; one that breaks while nobody hears of it would end the process.
    const onBreak = (error: Error): void => {
      broken = error;
    };
    tx.on('error', onBreak);
    try {
      await tx.query('BEGIN');
      const result = await work(tx);
      await tx.query('COMMIT');
      return result;
    } catch (error) {
      // Behind a statement that is not answered nothing would be: the connection is closed, and Postgres undoes what is open.
      if (isUnanswered(error)) broken = error as Error;
      else await tx.query('ROLLBACK').catch(onBreak);
      throw error;
    } finally {
      tx.off('error', onBreak);
      tx.release(broken);
    }
  }

  /** Resolves when the database answers a statement. */
  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  /** Waits for the statements that are under way, for a moment: what is not answered until then is cut off. */
  async close(): Promise<void> {
    await this.#sockets.closedAfter(this.prisma.$disconnect().then(() => this.pool.end()));
  }
}
