import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, as far as they are not there. Node's own `recursive` never ends where a folder above
 * says that it is there and cannot hold another, as in /proc.
 *
 * @param folder absolute
 * @returns the uppermost that was made; undefined: none was
 */
export async function ensureFolder(folder: string, mode: number): Promise<string | undefined> {
  try {
    return await makeOne(folder, mode);
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error;
    const first = await ensureFolder(parent, mode);
    const made = await makeOne(folder, mode);
    return first ?? made;
  }
}

/** What is no folder and stands in its place is found out by what comes next. */
async function makeOne(folder: string, mode: number): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode });
    return folder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return undefined;
  }
}
