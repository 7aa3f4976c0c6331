import { exitCodeOf } from './exit-codes.ts';

/**
 * Runs a program to its end, or, for one that serves, to the end of its start. What it throws is printed on standard
 * error, without a stack, and decides the exit code.
 */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(exitCodeOf(error));
  }
}

/** Of several failures at once (one for each address of a server's host) all messages. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('\n');
  return error instanceof Error ? error.message : String(error);
}
