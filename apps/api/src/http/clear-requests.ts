import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ProblemKind } from '#errors';
import { ProblemError } from '#errors';

/**
 * Refuses, by a problem like any other, heads that Node takes although they do not say clearly what is meant, and those that
 * it would answer by itself.
 */
export function refuseUnclearRequests(fastify: FastifyInstance): void {
  const { server } = fastify;
  const unmet = new WeakSet<IncomingMessage>();
  // Anything but 100-continue (RFC 9110, 10.1.1).
  server.on('checkExpectation', (request, response) => {
    unmet.add(request);
    server.emit('request', request, response);
  });
  fastify.addHook('onRequest', ({ raw }, reply, done) => {
    const problem = unmet.has(raw) ? 'EXPECTATION_FAILED' : problemOf(raw);
    // Where such a request ends is not sure.
    if (problem !== undefined) void reply.header('connection', 'close');
    done(problem && new ProblemError({ problem }));
  });
}

function problemOf({ httpVersion, headersDistinct }: IncomingMessage): ProblemKind | undefined {
  const { host = [], 'transfer-encoding': codings } = headersDistinct;
  // RFC 9112, 3.2: one in HTTP/1.1, and never two.
  if (host.length > 1 || (host.length === 0 && httpVersion === '1.1')) return 'BROKEN_REQUEST';
  // RFC 9112, 6.1: Node undoes the chunks and leaves every other coding as it is.
  const isChunked = codings === undefined || codings.join().toLowerCase() === 'chunked';
  return isChunked ? undefined : 'NOT_IMPLEMENTED';
}
