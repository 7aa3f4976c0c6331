import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '#errors';
import { COMPATIBLE_PREFIX } from '../http/face.ts';
import { mayEnter } from './access.guard.ts';
import type { Authenticator } from './authenticator.ts';

/** The paths that ask for credentials begin like this. */
const CLOSED = ['/v1/', COMPATIBLE_PREFIX];

/** Collects the methods of every path, as its routes are added. To be called before the first of them. */
export function collectMethods(fastify: FastifyInstance): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  fastify.addHook('onRoute', ({ method, url }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()]);
  });
  return methods;
}

/**
 * Answers the methods that a path does not have with 405 and those that it has: to those who may be there at all, so that
 * without credentials it stays 401, and under another VDN's path 403. To be called after all routes are added.
 */
export function refuseOtherMethods(
  fastify: FastifyInstance,
  paths: ReadonlyMap<string, readonly string[]>,
  authenticator: Authenticator,
): void {
  // CONNECT is none of a path.
  const unknown = METHODS.filter(
    (name) => name !== 'CONNECT' && !fastify.supportedMethods.includes(name),
  );
  for (const method of unknown) fastify.addHttpMethod(method, { hasBody: true });
  for (const [url, own] of Array.from(paths)) {
    const isClosed = CLOSED.some((prefix) => url.startsWith(prefix));
    const allow = own.toSorted().join(', ');
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<never> => {
      if (isClosed) {
        const caller = await authenticator.authenticate(request, false);
        if (!mayEnter(caller, request)) throw new ProblemError({ problem: 'FORBIDDEN' });
      }
      void reply.header('allow', allow);
      throw new ProblemError({ problem: 'METHOD_NOT_ALLOWED' });
    };
    const others = fastify.supportedMethods.filter((method) => !own.includes(method));
    fastify.route({ method: others, url, handler });
  }
}
