import { link, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/**
 * A lock among processes, in a folder of its own, that no crash leaves behind: a process that is dead holds nothing.
 *
 * The folder holds files named by growing numbers. The highest one is the lock, and says which processes hold it. Who
 * finds it free makes the next number, and a hard link to a finished file can be made by one process alone. The highest
 * file is never removed, only outnumbered, so whoever acts on an old look at the folder sees it on the second look.
 * (libs/embedded guards the database's folder in the same way; this here runs before anything is built.)
 */
const RETRY_MS = 250;
const FREE = '[]';

/** Runs the work alone. `onWait` is called once if another process is at it; `work` gets a function to add child processes. */
export async function withLock(folder, onWait, work) {
  await mkdir(folder, { recursive: true });
  let waited = false;
  let held;
  while ((held = await tryLock(folder)) === undefined) {
    if (!waited) {
      onWait();
      waited = true;
    }
    await setTimeout(RETRY_MS);
  }
  const write = async (text) => {
    const draft = join(folder, `draft-${process.pid}`);
    await writeFile(draft, text);
    await rename(draft, held);
  };
  const holders = [await identify(process.pid)];
  try {
    return await work(async (pid) => {
      holders.push(await identify(pid));
      await write(JSON.stringify(holders));
    });
  } finally {
    await write(FREE);
  }
}

/** The lock's file, or undefined when somebody else has it. */
async function tryLock(folder) {
  const top = Math.max(0, ...(await numbers(folder)));
  if (top > 0 && (await isHeld(join(folder, String(top))))) {
    return undefined;
  }
  const draft = join(folder, `draft-${process.pid}`);
  const mine = join(folder, String(top + 1));
  await writeFile(draft, JSON.stringify([await identify(process.pid)]));
  try {
    await link(draft, mine);
  } catch (error) {
    if (error.code === 'EEXIST') {
      return undefined;
    }
    throw error;
  } finally {
    await rm(draft);
  }
  const all = await numbers(folder);
  if (Math.max(...all) > top + 1) {
    await rm(mine, { force: true });
    return undefined;
  }
  await Promise.all(
    all.filter((n) => n <= top).map((n) => rm(join(folder, String(n)), { force: true })),
  );
  return mine;
}

const numbers = async (folder) =>
  (await readdir(folder)).filter((name) => /^[0-9]+$/.test(name)).map(Number);

async function isHeld(file) {
  try {
    const holders = JSON.parse(await readFile(file, 'utf8'));
    const now = await Promise.all(holders.map(({ pid }) => identify(pid)));
    return holders.some((holder, i) => now[i] !== undefined && isSame(holder, now[i]));
  } catch (error) {
    // Outnumbered and removed since the look: somebody is about to hold the next one.
    if (error.code === 'ENOENT') {
      return true;
    }
    // Only finished files get their name: one that is not whole was cut by a crash of the machine, with its holder.
    if (error instanceof SyntaxError) {
      return false;
    }
    throw error;
  }
}

// Where the start cannot be known, the ID alone has to do.
const isSame = (holder, found) =>
  holder.started === found.started || [holder.started, found.started].includes('unknown');

/** A process by its ID and its start, which together do not come again; undefined when there is none. */
async function identify(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') {
      return undefined;
    }
  }
  const stat = await read(`/proc/${pid}/stat`);
  if (stat === undefined) {
    return { pid, started: 'unknown' };
  }
  // After the name in brackets, which may hold anything: the state, and as the 20th the start in ticks since the boot.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const boot = await read('/proc/sys/kernel/random/boot_id');
  return fields[0] === 'Z' ? undefined : { pid, started: `${boot?.trim()} ${fields[19]}` };
}

const read = (file) => readFile(file, 'utf8').catch(() => undefined); // No /proc here, or the process is gone.
