import pg from 'pg';
import { testServer } from './settings.ts';

/** Runs a statement in the test server's maintenance database, such as one that makes or drops a database. */
export async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testServer().adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
