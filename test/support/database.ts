import pg from 'pg';
import { asAdmin } from './admin.ts';
import { atEnd } from './lifecycle.ts';
import { runId, testServer, workerNumber } from './settings.ts';

type Row = Record<string, unknown>;

/** A scratch database with the current schema, BullMQ's included. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Runs a statement on a connection of the tests' own, and returns its rows. */
  query<T extends Row = Row>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** Drops it, whoever is still connected. It is dropped at the end of the test file anyway. */
  drop(): Promise<void>;
}

let count = 0;

/** Makes a copy of the run's migrated template: some 50 ms. One per test file is usual. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, template } = testServer();
  count += 1;
  // Process and time: files share a worker's number one after the other, but never at once.
  const name = `dialgate_test_${runId()}_${workerNumber()}_${Date.now().toString(36)}_${count}`;
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return new Scratch(name, url.href);
}

/**
 * The URL of a database for a service that has to wait: for others of the test, or for what the test itself holds up. A busy
 * machine takes longer for that than the service has patience.
 */
export function patientUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  for (const limit of ['lock_timeout', 'query_timeout', 'idle_in_transaction_session_timeout']) {
    url.searchParams.set(limit, '60000');
  }
  return url.href;
}

class Scratch implements TestDatabase {
  readonly name: string;
  readonly url: string;
  private readonly pool: pg.Pool;
  private dropped = false;

  constructor(name: string, url: string) {
    this.name = name;
    this.url = url;
    this.pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'dialgate test' });
    // An idle connection that the server ends is replaced at the next query, which says what is wrong, if anything is.
    this.pool.on('error', () => undefined);
    atEnd(() => this.drop());
  }

  async query<T extends Row>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    const { rows } = await this.pool.query<T>(sql, [...values]);
    return rows;
  }

  async drop(): Promise<void> {
    if (!this.dropped) {
      this.dropped = true;
      await this.pool.end();
      await asAdmin(`DROP DATABASE ${this.name} WITH (FORCE)`);
    }
  }
}
