/**
 * What the test run is told from outside, all in one place:
 *
 * | variable | meaning |
 * | --- | --- |
 * | `DATABASE_URL` | a PostgreSQL server to test on; scratch databases are created and dropped there |
 * | `REDIS_URL` | a Redis server to test on; its databases 1 to 4 must be empty |
 * | `DIALGATE_TEST_REDIS` | `redis-server`, `valkey-server` or `wasm`: start this one, whatever else is there |
 * | `DIALGATE_TEST_SEED` | the seed of the random data, to repeat a failure |
 *
 * and what the global set-up hands on to the workers.
 */
const read = (name: string): string | undefined => {
  const value = process.env[name];
  return value === '' ? undefined : value;
};

export const databaseUrl = (): string | undefined => read('DATABASE_URL');
export const redisUrl = (): string | undefined => read('REDIS_URL');
export const forcedRedis = (): string | undefined => read('DIALGATE_TEST_REDIS');
export const seedOverride = (): string | undefined => read('DIALGATE_TEST_SEED');

/** 1 to N, different for any two test files that run at the same time. */
export const workerNumber = (): number => Number(read('JEST_WORKER_ID') ?? '1');

/** Of this process, so that tests can tell whose a process is, even after its parent died. */
export const RUN_VARIABLE = 'DIALGATE_TEST_RUN';
export const runId = (): string => read(RUN_VARIABLE) ?? `run${process.pid}`;

/** The server's maintenance database, and the name of the migrated one that every test's is a copy of. */
export interface TestServer {
  readonly adminUrl: string;
  readonly template: string;
  readonly version: string;
}

const SERVER_VARIABLE = 'DIALGATE_TEST_SERVER';

export function publishServer(server: TestServer): void {
  process.env[SERVER_VARIABLE] = JSON.stringify(server);
}

export function testServer(): TestServer {
  const published = read(SERVER_VARIABLE);
  if (published === undefined) {
    throw new Error('The test servers are not running: this file belongs under test/');
  }
  return JSON.parse(published) as TestServer;
}
