import type { IncomingMessage } from 'node:http';
import { ProblemError } from '#errors';
import { letSend } from './continue.ts';

/** What a sender must keep to, on the average of a window. */
export interface MinimumRate {
  readonly bytesPerSecond: number;
  readonly windowSeconds: number;
}

/**
 * The bytes of a body as they come in. Its sender is held to a minimum rate: what counts is the time spent waiting for it,
 * so that a database that is slow to take what was sent is not held against it.
 *
 * Unlike iterating over the request itself, ending the iteration early leaves the connection open for the answer.
 *
 * @throws ProblemError REQUEST_TIMEOUT when too little came in a window
 * @throws Error when the sender breaks off
 */
export async function* receive(
  request: IncomingMessage,
  rate: MinimumRate,
): AsyncGenerator<Buffer> {
  const window = new RateWindow(rate);
  letSend(request);
  for (;;) {
    const chunk = request.read() as Buffer | null;
    if (chunk !== null) {
      window.add(chunk.length);
      yield chunk;
    } else if (request.readableEnded) {
      return;
    } else if (request.destroyed) {
      throw request.errored ?? new Error('The sender broke off');
    } else {
      await window.wait(request);
    }
  }
}

/** Counts what has come while waiting, window by window. */
class RateWindow {
  readonly #minBytesPerSecond: number;
  readonly #windowMs: number;
  readonly #minBytes: number;
  #bytes = 0;
  #waitedMs = 0;

  constructor({ bytesPerSecond, windowSeconds }: MinimumRate) {
    this.#minBytesPerSecond = bytesPerSecond;
    this.#windowMs = windowSeconds * 1000;
    this.#minBytes = bytesPerSecond * windowSeconds;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Until there is something to read, or no more will be. */
  async wait(request: IncomingMessage): Promise<void> {
    const begin = performance.now();
    const came = await somethingComes(request, this.#windowMs - this.#waitedMs);
    this.#waitedMs += performance.now() - begin;
    if (came) return;
    if (this.#bytes < this.#minBytes) {
      const params = { minBytesPerSecond: this.#minBytesPerSecond };
      throw new ProblemError({ problem: 'REQUEST_TIMEOUT', params });
    }
    this.#bytes = 0;
    this.#waitedMs = 0;
  }
}

const EVENTS = ['readable', 'end', 'error', 'close'] as const;

/** False when `ms` have passed without anything. */
function somethingComes(request: IncomingMessage, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    let last: NodeJS.Immediate | undefined;
    const settle = (came: boolean): void => {
      clearTimeout(timer);
      clearImmediate(last);
      for (const event of EVENTS) request.off(event, onEvent);
      resolve(came);
    };
    const onEvent = (): void => {
      settle(true);
    };
    const timer = setTimeout(
      () => {
        // When this process was too busy to look, what has come meanwhile is read before this.
        last = setImmediate(settle, false);
      },
      Math.max(ms, 0),
    );
    for (const event of EVENTS) request.on(event, onEvent);
  });
}
