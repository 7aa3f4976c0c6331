import { constants } from 'node:os';
import { readEnvironment } from '#config';
import { EXIT, onShutdownSignals, Running, runProgram } from '#lifecycle';
import { runDemo } from './demo.ts';
import { InterruptedError } from './failure.ts';

/** A stop in the middle waits for a start that is under way, and ends Postgres. */
const STOP_SECONDS = 60;

const interruption = new AbortController();

const log = {
  info: (message: string): void => void process.stderr.write(`${message}\n`),
  error: (_: object, message: string): void => void process.stderr.write(`${message}\n`),
};

await runProgram(async () => {
  const running = new Running();
  const stoppable = {
    stop: (signal: NodeJS.Signals): Promise<void> => {
      const message = `Interrupted by ${signal}: everything is stopped, and the data removed.`;
      interruption.abort(new InterruptedError(message, 128 + constants.signals[signal]));
      // The demo itself ends the process when it has cleaned up.
      return new Promise(() => undefined);
    },
    cut: (): void => {
      running.cut();
    },
    get left(): readonly string[] {
      return running.left;
    },
  };
  onShutdownSignals(stoppable, { seconds: STOP_SECONDS, log });
  process.stdout.on('error', () => {
    interruption.abort(new InterruptedError('Nobody reads the output any more.', EXIT.failed));
  });
  const passed = await runDemo(readEnvironment(), process.stdout, running, interruption.signal);
  process.exitCode = passed ? EXIT.done : EXIT.failed;
});
