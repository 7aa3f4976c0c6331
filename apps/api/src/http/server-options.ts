import { parse as parseQuery } from 'node:querystring';
import type { FastifyServerOptions } from 'fastify';
import type { TlsPair } from '#config';
import type { ApiSettings } from '../settings.ts';
import { tlsOptions } from '../tls/certificate-watch.ts';
import type { ClientErrors } from './client-errors.ts';
import { routableTarget } from './request-target.ts';

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
    // Node's own answer is no problem document.
    requireHostHeader: false,
  };
  return {
    // A parameter of any length comes to its handler, behind the guard: what it is told there depends on who asks.
    routerOptions: { maxParamLength: MAX_HEAD_BYTES, querystringParser: readQuery },
    rewriteUrl: ({ url }: { url?: string | undefined }) => routableTarget(url ?? '/'),
    keepAliveTimeout: settings.keepAliveSeconds * 1000,
    clientErrorHandler: errors.handler,
    ...(pair === null
      ? { http: node }
      : { https: { ...node, ...tlsOptions(pair), handshakeTimeout: headersTimeout } }),
  } satisfies FastifyServerOptions & object;
}

/** A plus is a plus, as in the query that a signature covers: else it could be put for a space, and still be signed. */
function readQuery(query: string): Record<string, unknown> {
  return parseQuery(query.replaceAll('+', '%2B'));
}
