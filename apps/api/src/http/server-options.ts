import { parse as parseQuery } from 'node:querystring';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { TlsPair } from '#config';
import { toProblem } from '#errors';
import type { ApiSettings } from '../settings.ts';
import { tlsOptions } from '../tls/certificate-watch.ts';
import type { ClientErrors } from './client-errors.ts';
import { localeOf } from './face.ts';

/** The head of a request, its names and values and the request line: more gets 431. Node's own default. */
const MAX_HEAD_BYTES = 16 * 1024;

/** How often Node looks for heads that are late. */
const MAX_LOOK_EVERY_MS = 5_000;

/**
 * The options of the server beneath Nest. A head must come in time; a body may take as long as it needs, and its sender is
 * held to a minimum rate where it is read.
 *
 * @param pair null: plain HTTP
 */
export function serverOptions(settings: ApiSettings, pair: TlsPair | null, errors: ClientErrors) {
  const headersTimeout = settings.headerTimeoutSeconds * 1000;
  const node = {
    headersTimeout,
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(MAX_LOOK_EVERY_MS, headersTimeout / 2),
    maxHeaderSize: MAX_HEAD_BYTES,
  };
  return {
    routerOptions: { maxParamLength: 200, querystringParser: readQuery },
    keepAliveTimeout: settings.keepAliveSeconds * 1000,
    clientErrorHandler: errors.handler,
    frameworkErrors: answerUnroutable,
    ...(pair === null
      ? { http: node }
      : { https: { ...node, ...tlsOptions(pair), handshakeTimeout: headersTimeout } }),
  } satisfies FastifyServerOptions & object;
}

/** A plus is a plus, as in the query that a signature covers: else it could be put for a space, and still be signed. */
function readQuery(query: string): Record<string, unknown> {
  return parseQuery(query.replaceAll('+', '%2B'));
}

/** A path that cannot be decoded, or one whose parameter is longer than any ID: the router has no route to ask. */
function answerUnroutable(
  error: { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const kind = error.statusCode === 414 ? 'NOT_FOUND' : 'BROKEN_REQUEST';
  const problem = toProblem({ problem: kind }, localeOf(request));
  void reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(problem);
}
