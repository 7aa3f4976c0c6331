import { constants } from 'node:os';

/** Somebody has ended the program before its end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  /** 128 and the signal's number, as shells have it. */
  readonly exitCode: number;

  /** @param outcome what became of it, put behind that */
  constructor(signal: NodeJS.Signals, outcome = '') {
    super(`Interrupted by ${signal}${outcome}.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}
