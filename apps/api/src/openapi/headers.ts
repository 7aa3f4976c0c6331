import type { Header } from './types.ts';

/** Header fields of answers, by their names. */
export const HEADERS: Readonly<Record<string, Header>> = {
  'Accept-Encoding': {
    description: 'Which content codings would have been understood; with a 415 about the coding.',
    schema: { type: 'string' },
    example: 'gzip, identity',
  },
  'Cache-Control': {
    description: 'How long the answer may be kept.',
    schema: { type: 'string' },
  },
  'Content-Encoding': {
    description: 'Where the client takes gzip.',
    schema: { type: 'string', enum: ['gzip'] },
  },
  'Content-Security-Policy': {
    description: 'What the page may load: nothing from elsewhere.',
    required: true,
    schema: { type: 'string' },
  },
  ETag: {
    description:
      'Weak: the same as long as state and counts are, in one language; the estimate may be another.',
    required: true,
    schema: { type: 'string', pattern: '^W/"[!#-~]+"$' },
    example: 'W/"running-20000-3999-3-2-1-0-0-en_US"',
  },
  'Idempotent-Replayed': {
    description: 'This is the answer that the first request with this `Idempotency-Key` got.',
    schema: { type: 'string', enum: ['true'] },
  },
  Location: {
    description: 'Where the upload is.',
    required: true,
    schema: { type: 'string', pattern: '^/v1/uploads/[0-9a-f-]{36}$' },
    example: '/v1/uploads/019a5f0c-7d1e-7c44-9a55-3f1c2b6d8e90',
  },
  'Preference-Applied': {
    description: 'The preference that was followed (RFC 7240).',
    schema: { type: 'string', pattern: '^(respond-async|wait=\\d+)$' },
    example: 'respond-async',
  },
  RateLimit: {
    description:
      'What is left of the policy and in how many seconds there is more (draft-ietf-httpapi-ratelimit-headers-10). Not where the campaign has no interval.',
    schema: { type: 'string', pattern: '^"admission";r=0;t=\\d+$' },
    example: '"admission";r=0;t=1',
  },
  'RateLimit-Policy': {
    description:
      'One admission in a window of so many seconds (draft-ietf-httpapi-ratelimit-headers-10). Not where the campaign has no interval.',
    schema: { type: 'string', pattern: '^"admission";q=1;w=\\d+$' },
    example: '"admission";q=1;w=1',
  },
  'Referrer-Policy': { description: 'None is sent.', schema: { type: 'string' } },
  'Retry-After': {
    description: 'Whole seconds to wait, rounded up.',
    schema: { type: 'integer', minimum: 0 },
    example: 1,
  },
  Vary: { description: 'What the answer depends on.', schema: { type: 'string' } },
  'WWW-Authenticate': {
    description: 'How to authenticate (RFC 9110, 11.6.1).',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer',
  },
  'X-Accel-Buffering': {
    description: 'Has nginx pass each event on at once.',
    schema: { type: 'string', enum: ['no'] },
  },
  'X-Content-Type-Options': { description: 'No guessing of types.', schema: { type: 'string' } },
};
