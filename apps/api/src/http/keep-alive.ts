import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long, in ms, a connection on which nothing was asked for yet may still ask once the API stops. */
const SILENCE_MS = 1_000;

/**
 * Once the API stops, a connection ends with the answer that is under way on it: one that is kept open for a next request,
 * which nobody would take, would hold the stop back until it times out. So would one that was opened and never used, as
 * browsers do in advance.
 */
export function endConnectionsOnStop(fastify: FastifyInstance): void {
  const silent = silentConnections(fastify.server);
  let stopping = false;
  fastify.addHook('preClose', (done) => {
    stopping = true;
    setTimeout(() => {
      for (const socket of silent.values()) socket.destroy();
    }, SILENCE_MS).unref();
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) void reply.header('connection', 'close');
    done(null, payload);
  });
  // The head of a long answer may have been sent before the stop began.
  fastify.addHook('onResponse', (_request, _reply, done) => {
    if (stopping) {
      setImmediate(() => {
        fastify.server.closeIdleConnections();
      });
    }
    done();
  });
}

/** The connections on which no request has come yet, by the address of the other end, which TLS does not change. */
function silentConnections(server: Server): ReadonlyMap<string, Socket> {
  const silent = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const address = addressOf(socket);
    silent.set(address, socket);
    socket.once('close', () => {
      if (silent.get(address) === socket) silent.delete(address);
    });
  });
  server.on('request', ({ socket }) => {
    silent.delete(addressOf(socket));
  });
  return silent;
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}
