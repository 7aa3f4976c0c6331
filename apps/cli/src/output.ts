import type { Writable } from 'node:stream';

/** Nobody reads the output any more, as behind `| head`: there is nothing left to do, and nothing wrong. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

const ENDS_OF_WAITING = ['drain', 'close', 'error'];

/** Where a command's result goes: text for people, or JSON and nothing else. */
export class Output {
  readonly json: boolean;
  readonly #stream: Writable;
  #closed = false;

  constructor(stream: Writable, json: boolean) {
    this.#stream = stream;
    this.json = json;
    stream.on('error', this.#onError);
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
   * Waits until there is room for more, so that a slow reader slows us down and fills no memory.
   *
   * @throws OutputClosedError
   */
  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.#closed) throw new OutputClosedError();
    if (!this.#stream.write(chunk)) await this.#room();
  }

  /** Until the reader has caught up, or is gone. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of ENDS_OF_WAITING) this.#stream.off(event, done);
        resolve();
      };
      for (const event of ENDS_OF_WAITING) this.#stream.on(event, done);
    });
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    this.#closed = true;
  };
}
