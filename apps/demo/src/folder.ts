import { chmod, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedInUseError, ensureFolder, startEmbeddedPostgres, withFolder } from '#embedded';

/** A data folder for one run of the demo. */
export interface DemoFolder {
  readonly path: string;
  /** Removes it, and the folders above it that were made for it and are empty. */
  remove(): Promise<void>;
}

/**
 * Makes an empty data folder of its own for every run, so that two can run at a time. What runs that were killed have
 * left behind is removed first.
 *
 * @param parent the folder below which to make it; made if it is not there
 * @param tell hears of leftovers that cannot be removed
 */
export async function makeFolder(
  parent: string,
  tell: (line: string) => void,
): Promise<DemoFolder> {
  const firstMade = await withFolder(parent, () => ensureFolder(parent, 0o711));
  await removeLeftovers(parent, tell);
  const path = await mkdtemp(join(parent, `run-${process.pid}-`));
  // The user that Postgres runs as must be able to pass.
  await chmod(path, 0o711);
  const remove = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    await removeEmpty(parent, firstMade ?? parent);
  };
  return { path, remove };
}

async function removeLeftovers(parent: string, tell: (line: string) => void): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = /^run-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(parent, name);
    try {
      // Its Postgres may still run, as an orphan. Starting it anew ends that one, and says if somebody needs it after all.
      const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
      await postgres.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      if (error instanceof EmbeddedInUseError) continue;
      const reason = error instanceof Error ? error.message : String(error);
      tell(`An earlier demo left ${folder}, which cannot be removed now: ${reason}`);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one as well.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** From `folder` up to `top`, as far as they are empty. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Somebody else needs it, or has removed it already.
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(code)) return;
    throw error;
  }
  if (folder !== top) await removeEmpty(dirname(folder), top);
}
