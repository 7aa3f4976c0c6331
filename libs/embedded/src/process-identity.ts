import { readFile } from 'node:fs/promises';

/** A process, told from a later one of the same ID by its start. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The boot and the clock tick of the start; undefined where the system does not say. */
  readonly started?: string;
}

/** The process of this ID, or undefined when there is none, or only its unburied remains (a zombie holds nothing). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (!exists(pid)) {
    return undefined;
  }
  const stat = await readOrNothing(`/proc/${pid}/stat`);
  // After the name in brackets, which may hold anything: the state, and as the 20th the start in ticks since the boot.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields?.[0], fields?.[19]];
  if (state === 'Z') {
    return undefined;
  }
  const boot = await readOrNothing('/proc/sys/kernel/random/boot_id');
  return ticks === undefined || boot === undefined
    ? { pid }
    : { pid, started: `${boot.trim()} ${ticks}` };
}

/** Whether the process still runs. Where a start is not known, a process of the same ID counts as the same. */
export async function isRunning({ pid, started }: ProcessIdentity): Promise<boolean> {
  const found = await identify(pid);
  return (
    found !== undefined &&
    (started === undefined || found.started === undefined || found.started === started)
  );
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function readOrNothing(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // No /proc on this system, or the process went away meanwhile: not known.
    return undefined;
  }
}
