import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFolder } from './ensure-folder.ts';
import { withFolder } from './folder-errors.ts';

/**
 * A secret that is made once and kept in a file of the data folder, which its owner alone can read. When several want it
 * at once, one makes it, and all get that one: a hard link to a finished file comes to be once.
 *
 * @param name the file's name
 * @param make makes the secret; text without a line break
 * @throws EmbeddedError that says what to do, where the file can be neither read nor made
 */
export function keepSecret(dataDir: string, name: string, make: () => string): Promise<string> {
  return withFolder(dataDir, () => readOrMake(dataDir, name, make));
}

async function readOrMake(dataDir: string, name: string, make: () => string): Promise<string> {
  const file = join(dataDir, name);
  try {
    return await readSecret(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
  await ensureFolder(dataDir, 0o711);
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${make()}\n`);
    // What is encrypted under it must not outlive it when the power fails.
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    await handle.close();
    await rm(draft);
  }
  return readSecret(file);
}

const readSecret = async (file: string): Promise<string> => (await readFile(file, 'utf8')).trim();
