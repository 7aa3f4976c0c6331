import { randomUUID } from 'node:crypto';
import { chown, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { environment, run } from './command.ts';
import type { Account } from './command.ts';
import { EmbeddedError } from './errors.ts';

/** The database's own superuser, by which the service connects too. */
export const SUPERUSER = 'dialgate';
const MAJOR_VERSION = '18';
const UNFINISHED = 'new-';

/**
 * Makes the database's folder if it is not there. It is made under another name and renamed when it is complete and on
 * the disk, so that a start that was killed leaves nothing that looks like a database. Needs the folder's lock.
 *
 * @throws EmbeddedError when `initdb` fails, or the folder was made by another version of Postgres
 */
export async function ensureCluster(
  data: string,
  password: string,
  binaries: Binaries,
  { account, libraryPath }: { account: Account; libraryPath: string },
): Promise<void> {
  const folder = dirname(data);
  for (const name of await readdir(folder)) {
    if (name.startsWith(UNFINISHED)) {
      // The `initdb` of the killed start may still be at it, until it finds its folder gone.
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 10 });
    }
  }
  const version = await readVersion(data);
  if (version !== undefined) {
    if (version !== MAJOR_VERSION) {
      throw new EmbeddedError(
        `The database in ${data} was made by PostgreSQL ${version}; this is ${MAJOR_VERSION}. ` +
          'Move the data with pg_dump, or use another folder (DIALGATE_DATA_DIR).',
      );
    }
    return;
  }
  const draft = join(folder, `${UNFINISHED}${randomUUID()}`);
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (account.owner !== undefined) {
    await chown(passwordFile, account.owner.uid, account.owner.gid);
  }
  const args = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
  const { code, output } = await run(account, binaries.initdb, args, environment(libraryPath));
  await rm(passwordFile);
  if (code !== 0) {
    await rm(draft, { recursive: true, force: true });
    throw new EmbeddedError(`The embedded Postgres could not make its database: ${output}`);
  }
  await rename(draft, data);
  await syncFolder(folder);
}

async function readVersion(data: string): Promise<string | undefined> {
  try {
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** The new name is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
