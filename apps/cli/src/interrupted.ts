import { constants } from 'node:os';

/** Somebody has ended the command before its end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  /** 128 and the signal's number, as shells have it. */
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}
