import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isRunning } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** A lock that is held. */
export interface FolderLock {
  release(): Promise<void>;
}

/** What a lock file says when it was given back. */
const FREE = '{}';

/**
 * Takes the lock that a folder stands for, or says who has it. Nothing has to be cleaned up after a crash: a holder that
 * is dead, SIGKILLed or gone with the whole machine, holds nothing.
 *
 * Node has no file locks, so the folder holds files named by growing numbers. The highest number is the lock; the file
 * says which process has it, by ID and start, so that a later process of the same ID is not taken for the holder.
 *
 * - Two find it free at once: both want to make the next number. A hard link to a finished file either comes to be or
 *   meets an existing one, so one gets it; nobody ever reads half a file.
 * - One looks, pauses, and goes on when the lock has been taken, given back and taken again: the number it wants to make
 *   may be gone by now. But the highest file is never removed, only outnumbered; so after making its own it looks again,
 *   sees a higher one, and withdraws. A third that meanwhile reads the lower one sees the higher one too.
 * - The holder dies: its file stays, and counts as free.
 *
 * What it cannot see: processes of another machine or another PID namespace that share the folder. Postgres itself has
 * the same limit.
 *
 * @returns the lock, or the process that holds it
 */
export async function takeLock(folder: string): Promise<FolderLock | ProcessIdentity> {
  await mkdir(folder, { recursive: true });
  for (;;) {
    const top = Math.max(0, ...(await numbersIn(folder)));
    const holder = top === 0 ? undefined : await holderOf(join(folder, String(top)));
    if (holder !== undefined && (await isRunning(holder))) {
      return holder;
    }
    const taken = await makeNext(folder, top);
    if (taken !== undefined) {
      return { release: () => replace(folder, taken, FREE) };
    }
  }
}

/** Makes the file after `top`; undefined when somebody else was faster. */
async function makeNext(folder: string, top: number): Promise<string | undefined> {
  const draft = join(folder, `draft-${randomUUID()}`);
  const mine = join(folder, String(top + 1));
  await writeFile(draft, JSON.stringify(await identify(process.pid)));
  try {
    await link(draft, mine);
  } catch (error) {
    if (isCode(error, 'EEXIST')) {
      return undefined;
    }
    throw error;
  } finally {
    await rm(draft);
  }
  const all = await numbersIn(folder);
  if (Math.max(...all) > top + 1) {
    await rm(mine, { force: true });
    return undefined;
  }
  const outnumbered = all.filter((number) => number <= top);
  await Promise.all(outnumbered.map((number) => rm(join(folder, String(number)), { force: true })));
  return mine;
}

/** Only the holder replaces its file; in one step, so that it never stands empty. */
async function replace(folder: string, file: string, text: string): Promise<void> {
  const draft = join(folder, `draft-${randomUUID()}`);
  await writeFile(draft, text);
  await rename(draft, file);
}

async function numbersIn(folder: string): Promise<number[]> {
  return (await readdir(folder)).filter((name) => /^[0-9]+$/.test(name)).map(Number);
}

async function holderOf(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const content = JSON.parse(await readFile(file, 'utf8')) as Partial<ProcessIdentity>;
    return content.pid === undefined ? undefined : { ...content, pid: content.pid };
  } catch (error) {
    // Outnumbered and removed since the look: what follows will see that. Or not whole, though only finished files get
    // their names: cut by a crash of the machine, and its holder with it.
    if (isCode(error, 'ENOENT') || error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

const isCode = (error: unknown, code: string): boolean =>
  (error as NodeJS.ErrnoException).code === code;
