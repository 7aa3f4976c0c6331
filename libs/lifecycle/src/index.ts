export { EXIT, exitCodeOf } from './exit-codes.ts';
export { onShutdownSignals } from './shutdown.ts';
export type { ShutdownLimits, ShutdownLog } from './shutdown.ts';
export { explain, POSTGRES, reach, REDIS, UnavailableError } from './reach.ts';
export type { Server } from './reach.ts';
export { runProgram } from './run-program.ts';
export { Running } from './running.ts';
