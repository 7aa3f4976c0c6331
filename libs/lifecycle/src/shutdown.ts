import { EXIT } from './exit-codes.ts';

/** The part of a pino logger that is needed. */
export interface ShutdownLog {
  info(message: string): void;
  error(details: { err: unknown }, message: string): void;
}

/** From when on a further signal means impatience. npm and a terminal send every signal twice, moments apart. */
const SAME_SIGNAL_MS = 1000;

/**
 * From now on SIGINT and SIGTERM stop the program instead of killing it. The first one calls `stop`, whose end is the
 * process's: exit code 0, or 1 if it failed or took longer than `seconds`. A further signal within a second counts as
 * the same; a later one ends the process at once, with 1.
 *
 * Call it before the first thing is started that must be stopped; `stop` is called once at most, and has to cope with
 * a start that is only half done.
 */
export function onShutdownSignals(
  stop: (signal: NodeJS.Signals) => Promise<void>,
  { seconds, log }: { seconds: number; log: ShutdownLog },
): void {
  let first: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (first !== undefined) {
      if (now - first >= SAME_SIGNAL_MS) {
        log.info(`${signal} again: ending at once`);
        process.exit(EXIT.failed);
      }
      return;
    }
    first = now;
    log.info(`${signal}: stopping`);
    setTimeout(() => {
      log.info(`Not stopped after ${seconds} s: ending at once`);
      process.exit(EXIT.failed);
    }, seconds * 1000);
    stop(signal).then(
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
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
