import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';
import { registry } from './lifecycle.ts';
import type { StartedProcess } from './lifecycle.ts';
import { RUN_VARIABLE, runId } from './settings.ts';
import { waitFor } from './time.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** As it is called in messages. */
  readonly name: string;
  /** All of it, but for PATH and the like: nothing comes in from the environment of the tests by accident. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the folder for temporary files, so that no `.env` of the checkout is read. */
  readonly cwd?: string;
  /** A server of the tests' own: it is ended with the file, and may be left running by it. */
  readonly server?: boolean;
}

/** Starting Node takes seconds on a busy machine, and so may stopping a program in order. */
const PATIENCE_MS = 60_000;

const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH'];

/** A child process that a test started, with all that it has written. */
export class TestProcess implements StartedProcess {
  readonly name: string;
  readonly ended: Promise<Exit>;
  private readonly child: ChildProcess;
  private written = '';
  private writtenToStdout = '';
  private writtenToStderr = '';
  private exit: Exit | undefined;

  constructor(command: string, args: readonly string[], options: ProcessOptions) {
    this.name = options.name;
    this.child = spawn(command, args, {
      cwd: options.cwd ?? tmpdir(),
      env: { ...inherited(), ...options.env },
      // The pipe at its standard input ends with us: helpers of the tests take that as their end.
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.written += text;
      });
    }
    this.child.stdout?.on('data', (text: string) => {
      this.writtenToStdout += text;
    });
    this.child.stderr?.on('data', (text: string) => {
      this.writtenToStderr += text;
    });
    this.ended = this.watch();
    registry()[options.server === true ? 'servers' : 'processes'].push(this);
  }

  get pid(): number {
    if (this.child.pid === undefined) {
      throw new Error(`${this.name} could not be started: ${this.written}`);
    }
    return this.child.pid;
  }

  get running(): boolean {
    return this.exit === undefined;
  }

  /** Standard output and standard error, as they came. */
  output(): string {
    return this.written;
  }

  /** Standard output alone. */
  stdout(): string {
    return this.writtenToStdout;
  }

  /** Standard error alone. */
  stderr(): string {
    return this.writtenToStderr;
  }

  /** Standard input. */
  get stdin(): Writable {
    if (this.child.stdin === null) throw new Error(`${this.name} has no standard input`);
    return this.child.stdin;
  }

  /** Nobody reads its standard output any more, as behind `| head`. */
  closeStdout(): void {
    this.child.stdout?.destroy();
  }

  killNow(): void {
    this.child.kill('SIGKILL');
  }

  /**
   * Sends the signal and does not wait for what comes of it. SIGSTOP and SIGCONT are signals too. While it is `running` it
   * may have ended already, and what it wrote last be on its way: then the signal comes too late, which is no fault.
   */
  signal(signal: NodeJS.Signals): void {
    if (!this.child.kill(signal) && !this.running) {
      throw new Error(`${this.name} is not running any more:\n${this.written}`);
    }
  }

  /** SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    this.killNow();
    await this.ended;
  }

  /**
   * Sends the signal (SIGTERM by default) and waits for the end.
   *
   * @throws Error with the output, when it ends with another exit code than `code` (default 0) or not within `timeoutMs`
   */
  async stop({
    signal = 'SIGTERM',
    code = 0,
    timeoutMs = PATIENCE_MS,
  }: { signal?: NodeJS.Signals; code?: number; timeoutMs?: number } = {}): Promise<void> {
    this.signal(signal);
    await this.expectExit(code, timeoutMs);
  }

  /**
   * Waits until it has ended by itself.
   *
   * @throws Error with the output, when it ends with another exit code or not within `timeoutMs`
   */
  async expectExit(code: number, timeoutMs = PATIENCE_MS): Promise<void> {
    const exit = await waitFor(() => this.exit, { what: `${this.name} to end`, timeoutMs });
    if (exit.code !== code) {
      const how = exit.signal ?? `code ${String(exit.code)}`;
      throw new Error(`${this.name} ended with ${how}, not with code ${code}:\n${this.written}`);
    }
  }

  /**
   * Waits until the condition holds.
   *
   * @throws Error with the output, at once when the process ends before, or when `timeoutMs` are over
   */
  async until(
    condition: () => boolean | Promise<boolean>,
    { what, timeoutMs = PATIENCE_MS }: { what: string; timeoutMs?: number },
  ): Promise<void> {
    const met = waitFor(async () => this.exit !== undefined || (await condition()), {
      what: `${this.name}: ${what}`,
      timeoutMs,
    });
    await met.catch((error: unknown) => {
      throw new Error(`${(error as Error).message}\n${this.written}`, { cause: error });
    });
    if (this.exit !== undefined && !(await condition())) {
      throw new Error(`${this.name} ended before ${what}:\n${this.written}`);
    }
  }

  /** Waits until the output matches. The same errors as `until`. */
  async untilOutput(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    await this.until(() => pattern.test(this.written), {
      what: `output like ${String(pattern)}`,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const match = pattern.exec(this.written);
    if (match === null) {
      throw new Error(`${String(pattern)} keeps a position: leave out its g or y`);
    }
    return match;
  }

  private async watch(): Promise<Exit> {
    let closed = false;
    this.child.once('close', () => {
      closed = true;
    });
    let exit: Exit;
    try {
      const [code, signal] = (await once(this.child, 'exit')) as [Exit['code'], Exit['signal']];
      exit = { code, signal };
    } catch (error) {
      this.written += (error as Error).message;
      exit = { code: 127, signal: null };
    }
    // What it wrote last is still on its way; and a grandchild that outlives it may hold the pipes open.
    await waitFor(() => closed, { what: 'the end of its output', timeoutMs: 10_000 }).catch(() => {
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
    });
    this.exit = exit;
    return exit;
  }
}

function inherited(): Record<string, string> {
  const env: Record<string, string> = { [RUN_VARIABLE]: runId() };
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) {
      env[name] = value;
    }
  }
  return env;
}

/** Starts a Node script. It must be stopped before the test file ends; see {@link TestProcess.stop}. */
export function startNode(
  script: string,
  args: readonly string[],
  options: ProcessOptions,
): TestProcess {
  return new TestProcess(process.execPath, ['--enable-source-maps', script, ...args], options);
}
