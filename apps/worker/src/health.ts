import pg from 'pg';
import { readEnvironment, readSettings } from '#config';
import { runProgram } from '#lifecycle';
import { WORKER_NAME } from './name.ts';

/** Every sweep is a statement, so a worker that is silent for so long has stopped sweeping. */
const SILENT_SECONDS = 30;

const TIMEOUT_MS = 5_000;

/**
 * A health check for a worker, which has no port: whether the database has lately heard of one that connects from this
 * address. Each container has its own; processes that share an address vouch for each other. Exit code 0: it has.
 */
await runProgram(async () => {
  const { databaseUrl, sweepIntervalMs } = readSettings(readEnvironment(), 'worker');
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    application_name: 'dialgate health',
  });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `SELECT 1
         FROM pg_stat_activity
        WHERE application_name = $1
          AND datname = current_database()
          AND client_addr IS NOT DISTINCT FROM inet_client_addr()
          AND state_change > clock_timestamp() - $2 * interval '1 second'
        LIMIT 1`,
      [WORKER_NAME, SILENT_SECONDS + sweepIntervalMs / 1000],
    );
    if (rowCount === 0) throw new Error('The worker has not been heard of lately.');
  } finally {
    await client.end();
  }
});
