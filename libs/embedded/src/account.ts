import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { run } from './command.ts';
import type { Account } from './command.ts';
import { EmbeddedError } from './errors.ts';

const USER = 'postgres';
const SELF: Account = { prefix: [] };
type Owner = NonNullable<Account['owner']>;

/**
 * Whom Postgres is to run as. It refuses to run as root, so root hands it to a system user; all others run it themselves.
 * Root goes on with the owner of a database that is there already.
 *
 * @param data the database's folder, which may not be there yet
 * @param log hears when a system user is made: the one thing outside the data folder that is touched
 */
export async function findOwner(
  data: string,
  log: (line: string) => void,
): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const there = await ownerOf(data);
  if (there !== undefined && there.uid !== 0) {
    return there;
  }
  const user = await lookUp();
  if (user !== undefined) {
    return user;
  }
  await makeUser(log);
  const made = await lookUp();
  if (made === undefined) {
    throw new EmbeddedError(`The system user ${USER} was made but cannot be found.`);
  }
  return made;
}

/** Undefined: the folder is not there. What is there and cannot be looked at must not be given to another owner. */
export async function ownerOf(folder: string): Promise<Owner | undefined> {
  try {
    const { uid, gid } = await stat(folder);
    return { uid, gid };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function lookUp(): Promise<Owner | undefined> {
  const [user, group] = [await run(SELF, 'id', ['-u', USER]), await run(SELF, 'id', ['-g', USER])];
  return user.code === 0 && group.code === 0
    ? { uid: Number(user.output), gid: Number(group.output) }
    : undefined;
}

/** With the tools of most systems, or those of BusyBox. */
async function makeUser(log: (line: string) => void): Promise<void> {
  const home = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', ...home, USER]],
    ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', USER]],
  ];
  const outputs: string[] = [];
  for (const [program, args] of attempts) {
    const { code, output } = await run(SELF, program, args);
    if (code === 0) {
      log(`Made the system user ${USER}: this is root, as which Postgres does not run`);
      return;
    }
    outputs.push(`${program}: ${output}`);
  }
  throw new EmbeddedError(
    `Postgres does not run as root, and a system user ${USER} could not be made (${outputs.join('; ')}). ` +
      'Run this as another user, or name a database server with DATABASE_URL.',
  );
}

/**
 * How to run as the owner so that it gets to the programs and to its database, also below folders that are closed to it
 * (a checkout under /root, or made by `mktemp -d`): there `setpriv` leaves it the one capability of passing closed
 * folders, and nothing else of root's. That gives Postgres no more than root, who started it, gave this service.
 *
 * @param folder the folder that holds the database; it must be there
 * @throws EmbeddedError that names the folder which is in the way, and what to do about it
 */
export async function findAccess(
  owner: Owner | undefined,
  binaries: Binaries,
  folder: string,
  log: (line: string) => void,
): Promise<Account> {
  if (owner === undefined) {
    return SELF;
  }
  const plain: Account = { owner, prefix: [] };
  const obstacle = await findObstacle(plain, binaries, folder);
  if (obstacle === undefined) {
    return plain;
  }
  const { uid, gid } = owner;
  const capability = '+dac_override';
  const prefix = [
    ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    // access(2), with which Postgres looks for its programs, forgets capabilities unless this bit says otherwise.
    '--securebits=+no_setuid_fixup',
    ...[`--inh-caps=${capability}`, `--ambient-caps=${capability}`, '--'],
  ];
  const helped: Account = { owner, prefix };
  if ((await findObstacle(helped, binaries, folder)) === undefined) {
    log(`Postgres runs as user ID ${uid} with CAP_DAC_OVERRIDE: ${obstacle} is closed to it`);
    return helped;
  }
  throw new EmbeddedError(
    `Postgres does not run as root, and the user that it runs as (ID ${uid}) cannot get to ${obstacle}. ` +
      `Open that folder (chmod o+x ${obstacle}), put the data elsewhere with DIALGATE_DATA_DIR, ` +
      'or name a database server with DATABASE_URL.',
  );
}

/** The first folder or file on the way to the programs or the database that the account cannot use. */
async function findObstacle(
  account: Account,
  { initdb, postgres, folder: native }: Binaries,
  folder: string,
): Promise<string | undefined> {
  const passed = [...ancestors(postgres), ...ancestors(folder), initdb, postgres, folder];
  const read = [join(native, 'lib'), join(native, 'share/postgresql/postgres.bki')];
  const script = [
    'for path in "$@"; do',
    '  case "$path" in',
    '    r:*) [ -r "${path#r:}" ] ;;',
    '    *) [ -x "$path" ] ;;',
    '  esac || { printf %s "${path#r:}"; exit 1; }',
    'done',
  ].join('\n');
  const paths = [...passed, ...read.map((path) => `r:${path}`)];
  const { code, output } = await run(account, '/bin/sh', ['-c', script, 'sh', ...paths]);
  return code === 0 ? undefined : output;
}

/** The folders above a path, from the top. */
function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestors(parent), parent];
}
