import { toProblem } from '#errors';
import { headersNamed, otherProblems, problemResponses } from '../problems.ts';
import { PUBLIC } from '../security.ts';
import { schema } from '../types.ts';
import type { Operation, Paths } from '../types.ts';

const TAGS = ['Operations'];

/** Header fields of all that belongs to the pages for people. */
const PAGE_HEADERS = ['X-Content-Type-Options', 'Referrer-Policy', 'Cache-Control'];

const live: Operation = {
  operationId: 'getLiveness',
  tags: TAGS,
  summary: 'Whether the process lives',
  security: PUBLIC,
  responses: {
    '200': {
      description: 'It does.',
      content: {
        'application/json': {
          schema: schema('Live'),
          examples: { live: { value: { status: 'ok' } } },
        },
      },
    },
    ...otherProblems(),
  },
};

const ready: Operation = {
  operationId: 'getReadiness',
  tags: TAGS,
  summary: 'Whether the process can serve',
  description: 'Asks its database and its queue.',
  security: PUBLIC,
  responses: {
    '200': {
      description: 'Both answer.',
      content: {
        'application/json': {
          schema: schema('Ready'),
          examples: { ready: { value: { status: 'ready' } } },
        },
      },
    },
    '503': {
      description: 'Something does not answer.',
      content: {
        'application/problem+json': {
          schema: schema('NotReady'),
          examples: {
            missing: {
              value: { ...toProblem({ problem: 'UNAVAILABLE' }, 'en_US'), missing: ['queue'] },
            },
          },
        },
      },
    },
    ...otherProblems(),
  },
};

const openApi: Operation = {
  operationId: 'getOpenApi',
  tags: TAGS,
  summary: 'This document',
  security: PUBLIC,
  responses: {
    '200': {
      description: 'OpenAPI 3.1.',
      headers: headersNamed('X-Content-Type-Options'),
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['openapi', 'info', 'paths', 'components'],
            additionalProperties: true,
            properties: {
              openapi: { type: 'string', pattern: '^3\\.1\\.' },
              info: { type: 'object' },
              paths: { type: 'object' },
              components: { type: 'object' },
            },
          },
        },
      },
    },
    ...otherProblems(),
  },
};

const page: Operation = {
  operationId: 'getDocs',
  tags: TAGS,
  summary: 'This document, to be browsed',
  description: 'Loads nothing from elsewhere.',
  security: PUBLIC,
  responses: {
    '200': {
      description: 'A page.',
      headers: headersNamed('Content-Security-Policy', ...PAGE_HEADERS),
      content: { 'text/html': { schema: { type: 'string' } } },
    },
    ...otherProblems(),
  },
};

const file: Operation = {
  operationId: 'getDocsFile',
  tags: TAGS,
  summary: 'A part of the page',
  security: PUBLIC,
  parameters: [
    {
      name: 'file',
      in: 'path',
      required: true,
      description: 'Its name.',
      schema: { type: 'string' },
      example: 'swagger-ui.css',
    },
  ],
  responses: {
    '200': {
      description: 'The script, the style or the picture.',
      headers: headersNamed(...PAGE_HEADERS, 'Vary', 'Content-Encoding'),
      content: {
        'text/javascript': { schema: { type: 'string' } },
        'text/css': { schema: { type: 'string' } },
        'image/png': { schema: { type: 'string', contentMediaType: 'image/png' } },
      },
    },
    ...problemResponses(['NOT_FOUND'], { NOT_FOUND: { place: 'file' } }),
    ...otherProblems(),
  },
};

export const SERVICE_PATHS: Paths = {
  '/healthz': { get: live },
  '/readyz': { get: ready },
  '/openapi.json': { get: openApi },
  '/docs': { get: page },
  '/docs/{file}': { get: file },
};
