#!/usr/bin/env node
import { readEnvironment } from '#config';
import { runCli } from './cli.ts';
import { InterruptedError } from './interrupted.ts';

/** For what does not listen to the interruption, such as a read from a standard input that says nothing. */
const GRACE_MS = 500;

const interruption = new AbortController();
let grace: NodeJS.Timeout | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    const error = new InterruptedError(signal);
    interruption.abort(error);
    grace ??= setTimeout(() => {
      process.stderr.write(`${error.message}\n`);
      process.exit(error.exitCode);
    }, GRACE_MS);
  });
}
// Progress that nobody reads is no reason to end; results are written by `Output`, which hears of each failure.
process.stderr.on('error', () => undefined);
process.stdout.on('error', () => undefined);

const code = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: readEnvironment,
  signal: interruption.signal,
});
clearTimeout(grace);
// A standard input that nobody closes would keep the process.
process.stdin.destroy();
process.exitCode = code;
