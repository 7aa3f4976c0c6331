import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/** Where the steps say what they were last done for. It goes with `dist`. */
export const stampFolder = join(root, 'dist', '.setup');

/**
 * A hash over the names and contents of files and folders. Contents rather than times: a checkout of an older commit, a
 * deleted file or a clock that was put back are changes too, and touching a file is none.
 */
export async function fingerprint(paths, isCounted = () => true) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesOf(path)) {
      if (isCounted(file)) {
        hash
          .update(`${file}\0`)
          .update(await readFile(join(root, file)))
          .update('\0');
      }
    }
  }
  return hash.digest('hex');
}

async function filesOf(path) {
  try {
    const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') {
      return [path];
    }
    if (error.code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

/** Whether a step was last done, to its end, for this fingerprint. */
export async function isDoneFor(step, print) {
  return (await readFile(join(stampFolder, step), 'utf8').catch(() => '')) === print;
}

/** Does a step. Its stamp is away meanwhile: a step that was killed is done again. */
export async function stamped(step, print, work) {
  const stamp = join(stampFolder, step);
  await rm(stamp, { force: true });
  await work();
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(`${stamp}.draft`, print);
  await rename(`${stamp}.draft`, stamp);
}
