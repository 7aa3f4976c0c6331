/**
 * What a test file has started outside its own memory. The registry hangs on the test file's global object, where the
 * Jest environment (environment.ts) finds it when the file has ended, passed or not.
 */
export interface StartedProcess {
  readonly name: string;
  readonly running: boolean;
  /** Resolves once it has ended. */
  readonly ended: Promise<unknown>;
  /** SIGKILL. Synchronous: it must also work while Jest's worker is exiting. */
  killNow(): void;
  /** What it has written, for the report of a failed test. */
  output(): string;
}

export interface Registry {
  /** Each must be stopped by the test that started it: one that still runs at the end fails the file. */
  readonly processes: StartedProcess[];
  /** Servers and proxies of the tests themselves: need no stopping, this does it; killed when the worker dies. */
  readonly servers: StartedProcess[];
  /** Run when the file has ended, the last one first. */
  readonly cleanups: (() => Promise<void>)[];
  /** Printed when a test fails, such as seeds. */
  readonly notes: string[];
}

const KEY = Symbol.for('dialgate.test.registry');
type Holder = Partial<Record<symbol, Registry>>;

/** The registry of the test file whose global object this is. */
export function registryOf(global: object): Registry {
  const holder = global as Holder;
  return (holder[KEY] ??= { processes: [], servers: [], cleanups: [], notes: [] });
}

/** The registry of the test file that calls. */
export const registry = (): Registry => registryOf(globalThis);

/** Has `cleanup` run at the end of the test file, after everything that was registered later. */
export function atEnd(cleanup: () => Promise<void>): void {
  registry().cleanups.push(cleanup);
}
