import type { FastifyRequest } from 'fastify';
import type { Locale } from '#errors';
import { parseLocale } from '#errors';

/** Where the calls of the interface that is spoken compatibly begin. Everything else is the native face. */
export const COMPATIBLE_PREFIX = '/rest/';

/** By the route, which is the same however its path is written; by the path where there is none. */
export function isCompatible({ routeOptions, url }: FastifyRequest): boolean {
  return (routeOptions.url ?? url).startsWith(COMPATIBLE_PREFIX);
}

/** The language that a request wants its errors in: Chinese by default on the compatible face, English on the native. */
export function localeOf(request: FastifyRequest): Locale {
  return parseLocale(request.headers.locale, isCompatible(request) ? 'zh_CN' : 'en_US');
}
