import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** Whom a program runs as, and by which way. */
export interface Account {
  /** Of the database's files. Undefined: whoever runs this process. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** A program and its arguments to put before every program; else the switch to `owner` is the system call's. */
  readonly prefix: readonly string[];
}

/**
 * The whole environment of Postgres's programs: nothing of this process's own, whose PG* variables and locale are meant
 * for others. The messages' language matters: some of them are waited for.
 */
export const environment = (libraryPath?: string): Record<string, string> => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(libraryPath === undefined
    ? {}
    : { LD_LIBRARY_PATH: libraryPath, DYLD_LIBRARY_PATH: libraryPath }),
});

/**
 * Starts a program under an account, in a session of its own: a terminal's Ctrl-C does not reach it. It does not outlive this
 * process, but for its own stop: whatever else ends this process, short of a SIGKILL, has it stop too.
 */
export function start(
  { owner, prefix }: Account,
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): ChildProcess {
  const [command = program, ...rest] = [...prefix, program, ...args];
  const child = spawn(command, rest, {
    cwd: '/',
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(prefix.length === 0 ? owner : {}),
  });
  const stop = (): void => void child.kill('SIGINT');
  process.once('exit', stop);
  child.once('exit', () => process.off('exit', stop));
  return child;
}

/** What a program printed, on both outputs, and how it ended; a program that cannot be started ends with code 127. */
export interface Finished {
  readonly code: number;
  readonly output: string;
}

export async function run(
  account: Account,
  program: string,
  args: readonly string[],
  env = environment(),
): Promise<Finished> {
  const child = start(account, program, args, env);
  let output = '';
  const collect = (text: string): void => {
    output += text;
  };
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ code: 127, output: error.message });
    });
    child.once('close', (code) => {
      resolve({ code: code ?? 128, output: output.trim() });
    });
  });
}
