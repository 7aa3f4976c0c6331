import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { atEnd } from './lifecycle.ts';

// Below the range from which systems take the ports of outgoing connections.
const FIRST = 20_000;
const COUNT = 12_000;

let next = Math.floor(Math.random() * COUNT);

/**
 * A TCP port of 127.0.0.1 on which nobody listens, for what has to be found in the same place again; everything else
 * listens on port 0. It is the test file's until its end: no other file is given it, not even one of another run.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried += 1) {
    next = (next + 1) % COUNT;
    const port = FIRST + next;
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error('no free port');
}

/**
 * Whoever has the UDP port of the number has claimed the TCP port. The system takes such a claim back when its holder
 * dies, and whoever listens on the TCP port does not notice it.
 */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
  atEnd(async () => {
    socket.close();
    await once(socket, 'close');
  });
  return true;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
