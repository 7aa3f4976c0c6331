import { readEnvironment } from '#config';
import { EXIT, onShutdownSignals, Running, runProgram } from '#lifecycle';
import { InterruptedError } from '../../cli/src/interrupted.ts';
import { runDemo } from './demo.ts';

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
      const outcome = ': everything is stopped, and the data removed';
      interruption.abort(new InterruptedError(signal, outcome));
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
    interruption.abort(new Error('Nobody reads the output any more.'));
  });
  const passed = await runDemo(readEnvironment(), process.stdout, running, interruption.signal);
  process.exitCode = passed ? EXIT.done : EXIT.failed;
});
