import type { Writable } from 'node:stream';
import { EXIT } from '#lifecycle';

/** Nobody reads the output any more, as behind `| head`: there is nothing left to do, and nothing wrong. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

/** The output cannot be written, as on a disk that is full. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  readonly exitCode = EXIT.failed;
}

/** Where a command's result goes: text for people, or JSON and nothing else. */
export class Output {
  readonly json: boolean;
  readonly #stream: Writable;

  constructor(stream: Writable, json: boolean) {
    this.#stream = stream;
    this.json = json;
  }

  /** One result: as a line of JSON, or as the lines that say it. */
  async show(value: unknown, lines: readonly string[]): Promise<void> {
    await this.write(`${(this.json ? [JSON.stringify(value)] : lines).join('\n')}\n`);
  }

  /** Results one after the other, each a line. */
  async list<T>(items: AsyncIterable<T>, line: (item: T) => string): Promise<void> {
    for await (const item of items) {
      await this.write(`${this.json ? JSON.stringify(item) : line(item)}\n`);
    }
  }

  /**
   * Waits until it is written, so that a slow reader slows us down and fills no memory.
   *
   * @throws OutputClosedError; OutputError
   */
  async write(chunk: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(chunk, (error: NodeJS.ErrnoException | null | undefined) => {
        if (error === null || error === undefined) resolve();
        else reject(failureOf(error));
      });
    });
  }
}

function failureOf(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE') return new OutputClosedError();
  return new OutputError(`The output cannot be written: ${error.message}`, { cause: error });
}
