import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, lstat, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { getSystemErrorMap } from 'node:util';
import { OutputError } from './output.ts';

/** Receipts hold phone numbers: a new file is for its owner alone. */
const PRIVATE = 0o600;

/**
 * Writes a file whole or not at all: beside it first, under another name, which it then takes. So nobody takes a part for
 * all of it. A file that was there keeps its permissions, and a link leads where it led. What is no file (a pipe, /dev/null)
 * is written to as it comes.
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
  const old = await unlessMissing(stat(file));
  if (old !== null && !old.isFile()) {
    await pipeline(chunks, createWriteStream(file));
    return;
  }
  const target = await followed(file);
  const draft = `${target}.${randomUUID()}.part`;
  try {
    await pipeline(chunks, createWriteStream(draft, { flags: 'wx', mode: PRIVATE }));
    if (old !== null) await chmod(draft, old.mode & 0o777);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Where a name leads in the end: there may be nothing yet. */
async function followed(file: string): Promise<string> {
  const found = await unlessMissing(lstat(file));
  if (found?.isSymbolicLink() !== true) return file;
  const link = await readlink(file);
  // Not joined, which would take `..` out of a link by its text.
  return followed(isAbsolute(link) ? link : `${dirname(file)}/${link}`);
}

async function unlessMissing<T>(looking: Promise<T>): Promise<T | null> {
  try {
    return await looking;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
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
