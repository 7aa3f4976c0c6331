import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Content } from './content.ts';
import { SourceError } from './content.ts';
import { whileWanted } from './while-wanted.ts';

export interface Spool {
  readonly content: Content;
  /** Frees the disk space. */
  remove(): Promise<void>;
}

/**
 * Writes down a content that can be read once, as it is sent, so that it can be signed and then sent, and sent again.
 * The file has no name from the moment it is there: nobody else can open it, and it is gone with the process.
 *
 * @throws SourceError; the signal's reason
 */
export async function spooled(content: Content, signal: AbortSignal | undefined): Promise<Spool> {
  const file = await nameless().catch(notWritten);
  try {
    let length = 0;
    for await (const chunk of whileWanted(content.open(), signal)) {
      await file.writeFile(chunk).catch(notWritten);
      length += chunk.length;
    }
    return {
      content: {
        headers: content.headers,
        replayable: true,
        totalBytes: length,
        whole: null,
        open: (progress) => readAll(file.fd, length, progress),
      },
      remove: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function nameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `dialgate-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

function notWritten(cause: unknown): never {
  const where = `the folder for temporary files, ${tmpdir()} (TMPDIR)`;
  throw new SourceError(`what is to be sent cannot be written down in ${where}`, { cause });
}

async function* readAll(
  fd: number,
  length: number,
  progress: (read: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  if (length === 0) return;
  const stream = createReadStream('', { fd, autoClose: false, start: 0, end: length - 1 });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    yield chunk;
    progress(chunk.length);
  }
}
