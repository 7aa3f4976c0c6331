import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * Writes a file whole or not at all: beside it first, under another name, which it then takes. So nobody takes a part for
 * all of it. What is no file (a pipe, /dev/null) is written to as it comes.
 */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  if (await isSpecial(file)) {
    await pipeline(chunks, createWriteStream(file));
    return;
  }
  const draft = `${file}.${randomUUID()}.part`;
  try {
    await pipeline(chunks, createWriteStream(draft, { flags: 'wx' }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function isSpecial(file: string): Promise<boolean> {
  try {
    return !(await stat(file)).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
