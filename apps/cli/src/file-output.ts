import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { getSystemErrorMap } from 'node:util';
import { OutputError } from './output.ts';

/**
 * Writes a file whole or not at all: beside it first, under another name, which it then takes. So nobody takes a part for
 * all of it. What is no file (a pipe, /dev/null) is written to as it comes.
 *
 * @throws OutputError; what the chunks throw
 */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  try {
    await write(file, chunks);
  } catch (error) {
    throw failureOf(file, error);
  }
}

async function write(file: string, chunks: AsyncIterable<string | Uint8Array>): Promise<void> {
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

/** Names the file that was asked for, not the one beside it. What the chunks threw is left as it is. */
function failureOf(file: string, error: unknown): unknown {
  const { syscall, errno } = error as NodeJS.ErrnoException;
  if (syscall === undefined || errno === undefined) return error;
  const [name, meaning] = getSystemErrorMap().get(errno) ?? ['', 'no reason given'];
  const remedy = name === 'ENOENT' ? ': is its folder there?' : '';
  return new OutputError(`${file} cannot be written (${meaning})${remedy}`, { cause: error });
}
