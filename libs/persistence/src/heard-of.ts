import pg from 'pg';

const TIMEOUT_MS = 5_000;

/**
 * Whether a program of this name that connects from this machine's address has sent a statement within the last `seconds`.
 * Programs that share an address and a name vouch for each other. On a connection of its own, which is closed again.
 */
export async function isHeardOf(
  databaseUrl: string,
  applicationName: string,
  seconds: number,
): Promise<boolean> {
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
      [applicationName, seconds],
    );
    return rowCount === 1;
  } finally {
    await client.end();
  }
}
