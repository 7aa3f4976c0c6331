import type { FastifyInstance } from 'fastify';

/**
 * Once the API stops, a connection ends with the answer that is under way on it: one that is kept open for a next request,
 * which nobody would take, would hold the stop back until it times out.
 */
export function endConnectionsOnStop(fastify: FastifyInstance): void {
  let stopping = false;
  fastify.addHook('preClose', (done) => {
    stopping = true;
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
