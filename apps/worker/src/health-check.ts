import { readEnvironment, readSettings } from '#config';
import { runProgram } from '#lifecycle';
import { isHeardOf } from '#persistence';
import { WORKER_NAME } from './name.ts';

/** A worker that has nothing to do sweeps all the same, so one that is silent for so long no longer works. */
const SILENT_SECONDS = 30;

/**
 * A health check for a worker, which has no port: whether the database has lately heard of one that connects from this
 * address. Each container has its own. Exit code 0: it has.
 */
await runProgram(async () => {
  const { databaseUrl, sweepIntervalMs } = readSettings(readEnvironment(), 'worker');
  if (!(await isHeardOf(databaseUrl, WORKER_NAME, SILENT_SECONDS + sweepIntervalMs / 1000))) {
    throw new Error('The worker has not been heard of lately.');
  }
});
