import { EXIT } from './exit-codes.ts';

/** The part of a pino logger that is needed. */
export interface ShutdownLog {
  info(message: string): void;
  error(details: object, message: string): void;
}

/** What is stopped, such as a `Running`. */
export interface Stoppable {
  stop(signal: NodeJS.Signals): Promise<void>;
  /** Breaks off what the stop still waits for. */
  cut(): void;
  /** The names of what is not stopped yet. */
  readonly left: readonly string[];
}

/** What of its process and of time a shutdown needs. */
export interface ShutdownHost {
  readonly process: {
    on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
    exit(code: number): void;
  };
  /** In ms, by a clock that never goes back. */
  readonly now: () => number;
  readonly after: (ms: number, then: () => void) => void;
}

/** From when on a further signal means impatience. npm and a terminal send every signal twice, moments apart. */
const SAME_SIGNAL_MS = 1000;

/** How long what is left may take to stop after everything that it would wait for was broken off, unless it needs more. */
const CUT_SECONDS = 8;

export interface ShutdownLimits {
  /** How long the stop may take before what it waits for is broken off. */
  readonly seconds: number;
  /** How long what is left may take afterwards. */
  readonly cutSeconds?: number | undefined;
}

/** SIGHUP comes when a terminal is closed. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const NODE: ShutdownHost = {
  process,
  now: () => performance.now(),
  after: (ms, then) => {
    setTimeout(then, ms);
  },
};

/**
 * From now on SIGINT, SIGTERM and SIGHUP stop the program instead of killing it. The first one calls `stop`, whose end is the
 * process's: exit code 0, or 1 if it failed. After `seconds` it calls `cut`, so that the stop comes to its end. If that does
 * not help within some seconds the process ends with 1; what was left is logged both times. A further signal within a second
 * counts as the same; a later one ends the process at once, with 1.
 *
 * Call it before the first thing is started that must be stopped; `stop` and `cut` are called once at most, and have to cope
 * with a start that is only half done.
 */
export function onShutdownSignals(
  stoppable: Stoppable,
  { seconds, cutSeconds = CUT_SECONDS, log }: ShutdownLimits & { readonly log: ShutdownLog },
  { process, now, after }: ShutdownHost = NODE,
): void {
  let first: number | undefined;
  const complain = (what: string): void => {
    const { left } = stoppable;
    log.error({ left }, `${what} Left: ${left.join(', ') || 'nothing that was started'}`);
  };
  const cut = (): void => {
    complain(`Not stopped after ${seconds} s: breaking off what is waited for.`);
    after(cutSeconds * 1000, giveUp);
    stoppable.cut();
  };
  const giveUp = (): void => {
    complain(`Not stopped ${cutSeconds} s later: ending at once.`);
    process.exit(EXIT.failed);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first !== undefined) {
      if (now() - first >= SAME_SIGNAL_MS) {
        log.info(`${signal} again: ending at once`);
        process.exit(EXIT.failed);
      }
      return;
    }
    first = now();
    log.info(`${signal}: stopping`);
    after(seconds * 1000, cut);
    stoppable.stop(signal).then(
      () => {
        log.info('Stopped');
        process.exit(EXIT.done);
      },
      (error: unknown) => {
        log.error({ err: error }, 'The stop failed');
        process.exit(EXIT.failed);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
}
