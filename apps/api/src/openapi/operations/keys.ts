import { ROLES } from '#auth';
import { MAX_KEY_NAME } from '#domain';
import { alsoWith, headersNamed, otherProblems, problemResponses } from '../problems.ts';
import { needs } from '../security.ts';
import { MEMBERS, PATH_IDS, SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Paths } from '../types.ts';

const TAGS = ['Keys'];

const KEY = {
  accessKey: '7m2k9x0c4v8b1n5q3w6e',
  vdnId: 1,
  name: 'nightly import',
  roles: ['uploader'],
  createdAt: '2026-11-23T08:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
};

export const KEY_PATHS: Paths = {
  '/v1/vdns/{vdnId}/keys': {
    post: {
      operationId: 'createKey',
      tags: TAGS,
      summary: 'Issue a key',
      description: 'The answer alone ever holds the secrets.',
      security: needs('admin'),
      parameters: ['vdnId', 'locale'].map(parameter),
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schema('KeyMembers'),
            examples: {
              key: { value: { name: 'nightly import', roles: ['uploader'], expiresAt: null } },
            },
          },
        },
      },
      responses: {
        '201': {
          description: 'The key, with its secrets.',
          headers: headersNamed('Cache-Control'),
          content: {
            'application/json': {
              schema: schema('IssuedKey'),
              examples: {
                key: {
                  value: { ...KEY, secretKey: 'shown here and never again', token: 'dgt_…' },
                },
              },
            },
          },
        },
        ...alsoWith(
          problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER', ...MEMBERS], {
            MISSING: { place: 'roles' },
            WRONG_VALUE: { place: 'roles', params: { allowed: ROLES.join(', ') } },
            WRONG_TYPE: { place: 'roles', params: { expected: 'list' } },
            TOO_LONG: { place: 'name', params: { max: MAX_KEY_NAME } },
            INVALID_CHARACTERS: { place: 'name', params: { allowed: 'textCharacters' } },
          }),
          'Cache-Control',
        ),
        ...otherProblems(),
      },
    },
    get: {
      operationId: 'listKeys',
      tags: TAGS,
      summary: 'List keys',
      description: 'Without their secrets; expired and revoked ones are among them.',
      security: needs('admin'),
      parameters: ['vdnId', 'limit', 'cursor', 'locale'].map(parameter),
      responses: {
        '200': {
          description: 'A page of keys.',
          content: {
            'application/json': {
              schema: schema('KeyPage'),
              examples: { page: { value: { items: [KEY], nextCursor: null } } },
            },
          },
        },
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER']),
        ...otherProblems(),
      },
    },
  },
  '/v1/vdns/{vdnId}/keys/{accessKey}': {
    delete: {
      operationId: 'revokeKey',
      tags: TAGS,
      summary: 'Revoke a key',
      description: 'From the next request on. Revoking again changes nothing.',
      security: needs('admin'),
      parameters: [
        parameter('vdnId'),
        {
          name: 'accessKey',
          in: 'path',
          required: true,
          description: 'The key.',
          schema: { type: 'string' },
          example: KEY.accessKey,
        },
        parameter('locale'),
      ],
      responses: {
        '204': { description: 'It is revoked.' },
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER', 'NOT_FOUND'], {
          NOT_FOUND: { place: 'accessKey' },
        }),
        ...otherProblems(),
      },
    },
  },
};
