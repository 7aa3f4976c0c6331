import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long a client is given to read its answer, while it may still be sending. */
const LINGER_MS = 5_000;

/**
 * How much of what it still sends is read and thrown away meanwhile. Clients that read only after all was sent, as many
 * do, so get the answer to all that is not very large.
 */
const LINGER_BYTES = 16 * 1024 * 1024;

/**
 * Ends a connection behind an answer that came before the request had: our side is closed, and the rest is thrown away
 * for a while. Closing at once would have the system answer what still arrives with a reset, upon which the client may
 * lose the answer (RFC 9112, 9.6).
 */
export function closeLingering(socket: Socket): void {
  const begin = socket.bytesRead;
  socket.end();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  const onEnd = (): void => {
    socket.destroy();
  };
  socket.once('end', onEnd).once('close', () => {
    clearTimeout(timer);
  });
  lingering.set(socket, begin + LINGER_BYTES);
}

/** Sockets that are being closed, and up to how many bytes are read from them in all. */
const lingering = new WeakMap<Socket, number>();

/** Whether as much has been thrown away as ever is. Something must look while data come in. */
export function isPatienceSpent(socket: Socket): boolean {
  return socket.bytesRead > (lingering.get(socket) ?? Infinity);
}

/**
 * Has a request that is answered before its body was read, a refused upload mostly, close its connection behind the
 * answer: the rest, up to 1 GiB, is not read.
 */
export function leaveRefusedBodies(fastify: FastifyInstance): void {
  fastify.addHook('onSend', ({ raw: request }, reply, _payload, done) => {
    if (hasBody(request) && !request.complete) {
      void reply.header('connection', 'close');
      const { socket } = request;
      // What Node calls to close a connection behind its last answer.
      socket.destroySoon = () => {
        closeLingering(socket);
        request.on('data', () => {
          // Not read any further, it holds the sender back until the time is up.
          if (isPatienceSpent(socket)) request.pause();
        });
        request.once('end', () => socket.destroy());
      };
      // Marks it as being read: Node would otherwise read it all to its end.
      request.read(0);
    }
    done();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
