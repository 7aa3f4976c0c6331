import { MOST_NUMBERS } from '../../blocklist/blocklist-members.ts';
import { otherProblems, problemResponses } from '../problems.ts';
import { needs } from '../security.ts';
import { MEMBERS, PATH_IDS, SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Paths } from '../types.ts';

const TAGS = ['Blocklist'];

const NUMBER = {
  number: '13800000002',
  expiresAt: '2027-01-31T08:00:00.000Z',
  createdAt: '2026-11-23T08:00:00.000Z',
};

export const BLOCKLIST_PATHS: Paths = {
  '/v1/vdns/{vdnId}/blocklist': {
    post: {
      operationId: 'addToBlocklist',
      tags: TAGS,
      summary: 'Put numbers on the blocklist',
      description:
        'What is on it already gets the new expiry. What is no number is counted and left out; the others take effect together.',
      security: needs('admin'),
      parameters: ['vdnId', 'locale'].map(parameter),
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schema('BlocklistMembers'),
            examples: {
              numbers: {
                value: {
                  numbers: [
                    { number: '13800000002', expiresAt: '2027-01-31T08:00:00Z' },
                    { number: '110', expiresAt: null },
                  ],
                },
              },
            },
          },
        },
      },
      responses: {
        '200': {
          description: 'What has changed.',
          content: {
            'application/json': {
              schema: schema('BlocklistChange'),
              examples: { change: { value: { added: 2, updated: 0, invalid: 0 } } },
            },
          },
        },
        ...problemResponses(
          // Numbers that are too long or hold other characters are counted, not refused.
          [
            ...SECURED,
            ...PATH_IDS,
            ...MEMBERS.filter((kind) => kind !== 'TOO_LONG' && kind !== 'INVALID_CHARACTERS'),
            'TOO_MANY_ITEMS',
          ],
          {
            PARAMETER_ERROR: { place: 'numbers[0].expiresAt', params: { expected: 'rfc3339' } },
            MISSING: { place: 'numbers' },
            WRONG_TYPE: { place: 'numbers[0].number', params: { expected: 'string' } },
            TOO_MANY_ITEMS: { place: 'numbers', params: { max: MOST_NUMBERS } },
          },
        ),
        ...otherProblems(),
      },
    },
    get: {
      operationId: 'listBlocklist',
      tags: TAGS,
      summary: 'List the blocklist',
      description: 'By number, ascending.',
      security: needs('admin'),
      parameters: [
        parameter('vdnId'),
        {
          name: 'prefix',
          in: 'query',
          description: 'Only numbers that begin with this.',
          schema: { type: 'string', pattern: '^[0-9*#]{0,24}$' },
          example: '138',
        },
        ...['limit', 'cursor', 'locale'].map(parameter),
      ],
      responses: {
        '200': {
          description: 'A page of numbers.',
          content: {
            'application/json': {
              schema: schema('BlocklistPage'),
              examples: { page: { value: { items: [NUMBER], nextCursor: null } } },
            },
          },
        },
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER']),
        ...otherProblems(),
      },
    },
  },
  '/v1/vdns/{vdnId}/blocklist/{number}': {
    delete: {
      operationId: 'removeFromBlocklist',
      tags: TAGS,
      summary: 'Take a number off the blocklist',
      security: needs('admin'),
      parameters: [
        parameter('vdnId'),
        {
          name: 'number',
          in: 'path',
          required: true,
          description: 'The number; `#` as `%23`.',
          schema: { type: 'string' },
          example: '13800000002',
        },
        parameter('locale'),
      ],
      responses: {
        '204': { description: 'It is off.' },
        ...problemResponses([...SECURED, ...PATH_IDS, 'NOT_FOUND'], {
          NOT_FOUND: { place: 'number' },
        }),
        ...otherProblems(),
      },
    },
  },
};
