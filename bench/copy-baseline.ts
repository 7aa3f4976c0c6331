import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';

/** Rows a transaction: as many as a batch has. */
const ROWS = 2_000;

/**
 * What any way of getting rows into Postgres is measured by: `COPY` of the very rows that are in `records`, in
 * transactions of 2,000, into a table with the same columns, indexes and constraints.
 *
 * @param connections that copy side by side
 * @returns rows a second
 */
export async function copyRecords(databaseUrl: string, connections: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      return client;
    }),
  );
  const [first] = clients;
  if (first === undefined) throw new Error('no connection to copy on');
  try {
    await first.query('DROP TABLE IF EXISTS bench_copy');
    await first.query('CREATE TABLE bench_copy (LIKE records INCLUDING ALL)');
    const lines = (
      await text(first.query(to('COPY (SELECT * FROM records ORDER BY id) TO STDOUT')))
    )
      .split('\n')
      .filter((line) => line !== '');
    const chunks: string[] = [];
    for (let at = 0; at < lines.length; at += ROWS) {
      chunks.push(`${lines.slice(at, at + ROWS).join('\n')}\n`);
    }
    await first.query('CHECKPOINT');
    const begun = performance.now();
    await Promise.all(
      clients.map(async (client) => {
        for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
          await pipeline(
            Readable.from([Buffer.from(chunk)]),
            client.query(from('COPY bench_copy FROM STDIN')),
          );
        }
      }),
    );
    const seconds = (performance.now() - begun) / 1000;
    await first.query('DROP TABLE bench_copy');
    return lines.length / seconds;
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** The same of the rows in `blocklist`, in one transaction on one connection, as an import is. */
export async function copyBlocklist(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('DROP TABLE IF EXISTS bench_copy');
    await client.query('CREATE TABLE bench_copy (LIKE blocklist INCLUDING ALL)');
    const rows = await text(client.query(to('COPY blocklist TO STDOUT')));
    await client.query('CHECKPOINT');
    const begun = performance.now();
    const done = client.query(from('COPY bench_copy FROM STDIN'));
    await pipeline(Readable.from([Buffer.from(rows)]), done);
    const seconds = (performance.now() - begun) / 1000;
    await client.query('DROP TABLE bench_copy');
    return done.rowCount / seconds;
  } finally {
    await client.end();
  }
}
