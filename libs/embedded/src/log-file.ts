import { appendFileSync, renameSync, statSync } from 'node:fs';

const MAX_BYTES = 5 * 1024 * 1024;

/**
 * A log file that keeps to its size: when it is full it becomes `<path>.1`, and the one before that is gone. It is written
 * synchronously: Postgres says a few lines an hour, and the last ones before the end count most.
 */
export class LogFile {
  #size: number | undefined;
  #isBroken = false;

  /** @param onBroken hears once why lines are lost, such as a full disk: no reason to end the service */
  constructor(
    readonly path: string,
    private readonly onBroken: (line: string) => void,
  ) {}

  write(text: string): void {
    try {
      this.#append(text);
      this.#isBroken = false;
    } catch (error) {
      if (!this.#isBroken) {
        this.#isBroken = true;
        this.onBroken(`Lines are missing in ${this.path}: ${(error as Error).message}`);
      }
    }
  }

  #append(text: string): void {
    this.#size ??= statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    if (this.#size >= MAX_BYTES) {
      renameSync(this.path, `${this.path}.1`);
      this.#size = 0;
    }
    appendFileSync(this.path, text, { mode: 0o600 });
    this.#size += Buffer.byteLength(text);
  }
}
