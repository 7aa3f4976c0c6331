import { createServer } from 'node:net';
import { workerNumber } from './settings.ts';

// Below the range from which systems take the ports of outgoing connections, and apart for each of Jest's workers:
// nobody else is given the port between its being found and its being used.
const FIRST = 20_000;
const PER_WORKER = 1000;

let next = 0;

/** A TCP port of 127.0.0.1 on which nobody listens; never the same twice in a row. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PER_WORKER; tried += 1) {
    // Where one file ended the next begins anew, so the start differs by process and time.
    next = next === 0 ? 1 + Math.floor(Math.random() * PER_WORKER) : next + 1;
    const port = FIRST + ((workerNumber() - 1) % 10) * PER_WORKER + (next % PER_WORKER);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error('no free port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        resolve(false);
      } else {
        reject(error);
      }
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
