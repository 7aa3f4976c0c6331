import type { FastifyRequest } from 'fastify';

/** Whether a request asks for an answer before the work is done (RFC 7240, 4.1). */
export function prefersAsync(request: FastifyRequest): boolean {
  return preferences(request).includes('respond-async');
}

/** Without their parameters: none is known. */
function preferences({ headers }: FastifyRequest): string[] {
  const lines = [headers.prefer ?? []].flat();
  return lines
    .flatMap((line) => line.split(','))
    .map((preference) => (preference.split(';')[0] ?? '').trim().toLowerCase());
}
