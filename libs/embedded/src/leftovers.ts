import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run } from './command.ts';
import { EmbeddedError } from './errors.ts';
import { identify } from './process-identity.ts';

/** How long a Postgres may take to end, in milliseconds: asked to (a checkpoint belongs to it), then told to. */
const FAST_MS = 30_000;
const IMMEDIATE_MS = 10_000;
const POLL_MS = 50;

/** How Postgres's processes of one database are known: by the folder (the first one), by the name in the title (the rest). */
export interface Traces {
  readonly data: string;
  readonly clusterName: string;
}

/**
 * Ends what a start that was killed has left running. The caller holds the folder's lock, so that nobody else is
 * responsible for these processes any more: they are orphans, and ended as the owner would have ended them.
 *
 * Afterwards no process of this database runs, which is when its `postmaster.pid` may be removed: Postgres would
 * refuse to start if another process had got the ID that stands there, as in a container that was started anew.
 *
 * @throws EmbeddedError when they do not end
 */
export async function endLeftovers(traces: Traces, log: (line: string) => void): Promise<void> {
  const pidFile = join(traces.data, 'postmaster.pid');
  const first = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  const found = await findProcesses(traces);
  if (found.length > 0) {
    log(`Stopping the Postgres that a killed process left behind (process ${found.join(', ')})`);
    // When the first process is gone the others notice by themselves.
    const asked = found.includes(first) ? [first] : [];
    if (!(await end(traces, asked, 'SIGINT', FAST_MS))) {
      await end(traces, await findProcesses(traces), 'SIGQUIT', IMMEDIATE_MS);
    }
    const still = await findProcesses(traces);
    if (still.length > 0) {
      throw new EmbeddedError(
        `An earlier Postgres still uses ${traces.data}, and does not end: process ${still.join(', ')}. ` +
          'Stop it by hand, or use another folder (DIALGATE_DATA_DIR).',
      );
    }
  }
  await rm(pidFile, { force: true });
}

async function end(
  traces: Traces,
  pids: readonly number[],
  signal: NodeJS.Signals,
  limit: number,
): Promise<boolean> {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
        continue;
      }
      throw new EmbeddedError(
        `An earlier Postgres of another user still uses ${traces.data} (process ${pid}). ` +
          'Stop it by hand, or use another folder (DIALGATE_DATA_DIR).',
        { cause: error },
      );
    }
  }
  const until = performance.now() + limit;
  while ((await findProcesses(traces)).length > 0) {
    if (performance.now() > until) {
      return false;
    }
    await setTimeout(POLL_MS);
  }
  return true;
}

async function findProcesses({ data, clusterName }: Traces): Promise<number[]> {
  const own = (command: string): boolean =>
    (/(^|\/)postgres /.test(command) && command.includes(` -D ${data} `)) ||
    command.startsWith(`postgres: ${clusterName}: `);
  const pids = (await listProcesses()).filter(({ command }) => own(command)).map(({ pid }) => pid);
  const alive = await Promise.all(pids.map(identify));
  return alive.flatMap((found) => (found === undefined ? [] : [found.pid]));
}

interface Listed {
  readonly pid: number;
  readonly command: string;
}

/** Every process with its command line; from /proc, which needs no program, or from `ps` where there is none. */
async function listProcesses(): Promise<Listed[]> {
  if (process.platform !== 'linux') {
    const { output } = await run({ prefix: [] }, 'ps', ['-axo', 'pid=,command=']);
    return output.split('\n').map((line) => {
      const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      return { pid: Number(pid), command: `${command ?? ''} ` };
    });
  }
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => {
      // A process may go while it is looked at; then it has no command line.
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(pid), command: line.replaceAll('\0', ' ') };
    }),
  );
}
