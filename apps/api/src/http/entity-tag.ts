import type { FastifyRequest } from 'fastify';

const TAG = /(?:W\/)?"([\x21\x23-\x7e\x80-\uffff]*)"/g;

/**
 * Whether the request has this representation already: `If-None-Match` names its tag, among others perhaps, or says `*`,
 * which stands for any (RFC 9110, 13.1.2). Weak and strong tags compare alike. What is no tag is passed over.
 *
 * @param opaque the tag without its quotes
 */
export function alreadyHas({ headers }: FastifyRequest, opaque: string): boolean {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  if (given.trim() === '*') return true;
  return Array.from(given.matchAll(TAG)).some(([, tag]) => tag === opaque);
}
