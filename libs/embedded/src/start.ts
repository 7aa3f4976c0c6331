import { createHash, randomBytes } from 'node:crypto';
import { chown, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { findAccess, findOwner } from './account.ts';
import { findBinaries, linkLibraries } from './binaries.ts';
import { SUPERUSER, ensureCluster } from './cluster.ts';
import { ensureFolder } from './ensure-folder.ts';
import { EmbeddedInUseError } from './errors.ts';
import { withFolder } from './folder-errors.ts';
import { takeLock } from './folder-lock.ts';
import { endLeftovers } from './leftovers.ts';
import { LogFile } from './log-file.ts';
import { keepSecret } from './secrets.ts';
import { startServer } from './server.ts';
import type { Server } from './server.ts';

const DATABASE = 'dialgate';

/** An embedded Postgres that runs. */
export interface EmbeddedPostgres {
  /** Of the database `dialgate`, with its password. Changes from start to start: the port does. */
  readonly url: string;
  /** Resolves when it has ended without being stopped: it crashed, or somebody ended it. */
  readonly lost: Promise<void>;
  /** Stops it and gives the folder back. Closing the connections first is the caller's part; those left are cut. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The data folder; made if it is not there. The database is kept in `postgres` below it. */
  readonly dataDir: string;
  /** Hears, line by line, what is worth telling whoever started the service. */
  readonly log: (line: string) => void;
}

/**
 * Starts the embedded Postgres of a data folder: makes its database at the first start, goes on with it at later ones.
 *
 * From here until the stop this process holds the folder's lock, so whatever happens below happens once at a time. If
 * the process is killed, its Postgres goes on as an orphan, without harm; the next start gets the lock, ends the orphan
 * and starts anew.
 *
 * It handles no signals; Postgres is in a session of its own, out of reach of a terminal's. `stop` is its end; where this
 * process ends without it, but is not killed, Postgres is told to stop.
 *
 * @throws EmbeddedInUseError when another process runs it; that one is left alone
 * @throws EmbeddedError when it cannot run here; the message says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return withFolder(options.dataDir, () => startLocked(options));
}

async function startLocked({ dataDir, log }: EmbeddedOptions): Promise<EmbeddedPostgres> {
  // Others may pass, for the sake of the user that Postgres runs as; what is inside is closed file by file.
  await ensureFolder(dataDir, 0o711);
  const folder = join(await realpath(dataDir), 'postgres');
  await ensureFolder(folder, 0o700);
  const lock = await takeLock(join(folder, 'lock'));
  if (!('release' in lock)) {
    throw new EmbeddedInUseError(dataDir, lock.pid);
  }
  let server: Server | undefined;
  let stopped: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await server?.stop();
    await lock.release();
  };
  const stop = (): Promise<void> => (stopped ??= stopAll());
  try {
    const password = await keepSecret(folder, 'password', () => randomBytes(24).toString('hex'));
    server = await startIn(folder, password, log);
    const url = (database: string): string =>
      `postgres://${SUPERUSER}:${password}@127.0.0.1:${String(server?.port)}/${database}`;
    await ensureDatabase(url('postgres'));
    return { url: url(DATABASE), lost: server.lost, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startIn(
  folder: string,
  password: string,
  log: (line: string) => void,
): Promise<Server> {
  const data = join(folder, 'data');
  const traces = {
    data,
    clusterName: `dialgate-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`,
  };
  const binaries = await findBinaries();
  await endLeftovers(traces, log);
  const owner = await findOwner(data, log);
  if (owner !== undefined) {
    await chown(folder, owner.uid, owner.gid);
  }
  const account = await findAccess(owner, binaries, folder, log);
  const links = join(folder, 'lib');
  const libraryPath = await linkLibraries(binaries, links);
  if (owner !== undefined) {
    // So that the owner can make them anew when it starts the service itself.
    await chown(links, owner.uid, owner.gid);
  }
  await ensureCluster(data, password, binaries, { account, libraryPath });
  const logFile = new LogFile(join(folder, 'postgres.log'), log);
  return startServer(traces, binaries, { account, libraryPath, logFile, log });
}

/** Only the lock's holder gets here, so that looking before making is no race. */
async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      DATABASE,
    ]);
    if (rowCount === 0) {
      await client.query(`CREATE DATABASE ${DATABASE}`);
    }
  } finally {
    await client.end();
  }
}
