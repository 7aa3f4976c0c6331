import { Socket } from 'node:net';
import pTimeout from 'p-timeout';

/** How long, in ms, a server may take to say goodbye. */
const GOODBYE_MS = 1_000;

/**
 * The sockets of connections that node-postgres makes. Its own ends are goodbyes, and wait for the server's: one that is
 * silent would have a stop wait for ever.
 */
export class Sockets {
  readonly #open = new Set<Socket>();

  /** What node-postgres takes as `stream`. */
  readonly make = (): Socket => {
    const socket = new Socket();
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  };

  /** Waits a moment for a goodbye; what is still open then is closed without one. Nobody is told of what is under way on it. */
  async closedAfter(goodbye: Promise<void>): Promise<void> {
    try {
      await pTimeout(goodbye, { milliseconds: GOODBYE_MS, message: false });
    } finally {
      for (const socket of this.#open) socket.destroy();
    }
  }
}
