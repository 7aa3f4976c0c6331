// Holds the Postgres of one test run: an embedded one in a temporary folder, or databases on the server that
// DATABASE_URL names. Prints one line of JSON when all is ready, and serves until its standard input ends, however the
// tests end: then everything that it made is gone. It needs the built libs (npm run build).
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { applyMigrations } from '#persistence';
import { migrateQueue } from '#queue';

const run = process.argv[2];
const prefix = `dialgate_test_${run}`;
const template = `${prefix}_template`;
const log = (line) => process.stderr.write(`${line}\n`);

const inputEnded = new Promise((resolve) => process.stdin.resume().once('end', resolve));
// Sent to a whole terminal, while apps that must stop in order still need their database.
process.on('SIGINT', () => {});

const server = process.env.DATABASE_URL ? givenServer(process.env.DATABASE_URL) : await embedded();
try {
  const version = await makeTemplate();
  process.stdout.write(
    `${JSON.stringify({ adminUrl: server.url, template, version: `${version} (${server.what})` })}\n`,
  );
  await inputEnded;
} finally {
  await server.stop();
}

async function makeTemplate() {
  const quiet = { log: () => {} };
  const version = await asAdmin(async (admin) => {
    await admin.query(`CREATE DATABASE ${template} ENCODING 'UTF8' TEMPLATE template0`);
    const { rows } = await admin.query('SHOW server_version');
    return rows[0].server_version;
  });
  const url = new URL(server.url);
  url.pathname = `/${template}`;
  await applyMigrations(url.href, quiet);
  await migrateQueue(url.href, quiet);
  return version;
}

async function embedded() {
  const { startEmbeddedPostgres } = await import('#embedded');
  const folder = await mkdtemp(join(tmpdir(), `dialgate-test-${run}-`));
  // The user that Postgres runs as must be able to pass.
  await chmod(folder, 0o711);
  const lines = [];
  try {
    const started = await startEmbeddedPostgres({
      dataDir: folder,
      log: (line) => lines.push(line),
    });
    return {
      url: started.url,
      what: 'embedded',
      stop: async () => {
        await started.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    lines.forEach(log);
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function givenServer(url) {
  return { url, what: 'DATABASE_URL', stop: dropAll };
}

async function dropAll() {
  await asAdmin(async (admin) => {
    const { rows } = await admin.query(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of rows) {
      await admin.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
    }
  });
}

async function asAdmin(work) {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
