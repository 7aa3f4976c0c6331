import { MAX_JSON_BYTES } from '#ingestion';
import { RECORD_TYPES } from '../../http/record-body.ts';
import type { ApiSettings } from '../../settings.ts';
import { CONTENT_ENCODING } from '../parameters.ts';
import { otherProblems, problemResponses } from '../problems.ts';
import { needs } from '../security.ts';
import { MEMBERS, PATH_IDS, SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Operation, Paths } from '../types.ts';

const TAGS = ['Blocklist'];

const NUMBER = {
  number: '13800000002',
  expiresAt: '2027-01-31T08:00:00.000Z',
  createdAt: '2026-11-23T08:00:00.000Z',
};

type Limits = Pick<ApiSettings, 'uploadMaxRecords' | 'uploadMaxBytes' | 'uploadMaxLineBytes'>;

function add({ uploadMaxRecords, uploadMaxBytes, uploadMaxLineBytes }: Limits): Operation {
  return {
    operationId: 'addToBlocklist',
    tags: TAGS,
    summary: 'Put numbers on the blocklist',
    description: [
      'The body is read as a stream, and all its numbers take effect together, at its end; a request that breaks off or fails leaves nothing. A number that is on the list already gets the new expiry; of one that is given twice the last counts. Sending it again is harmless.',
      '',
      `At most ${uploadMaxRecords} numbers, ${uploadMaxBytes} bytes, and ${uploadMaxLineBytes} bytes a line, row or item; more is 413.`,
      '',
      'What is no number is counted as `invalid` and left out. So is a line that is not JSON, or not of the form, or has a time that is none; in a JSON body the same is refused with 400, and its place named.',
    ].join('\n'),
    security: needs('admin'),
    parameters: [...['vdnId', 'locale'].map(parameter), CONTENT_ENCODING],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            ...schema('BlocklistMembers'),
            description: `At most ${MAX_JSON_BYTES} bytes.`,
          },
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
        'application/x-ndjson': {
          schema: { type: 'string', description: 'A `NumberToBlock` as JSON on each line.' },
          'x-itemSchema': schema('NumberToBlock'),
          examples: {
            numbers: {
              value:
                '{"number":"13800000002","expiresAt":"2027-01-31T08:00:00Z"}\n{"number":"110"}\n',
            },
          },
        },
        'text/csv': {
          schema: {
            type: 'string',
            description:
              'RFC 4180 in UTF-8, with a header: `number`, and perhaps `expiresAt`, which may be empty; no others.',
          },
          examples: {
            numbers: { value: 'number,expiresAt\n13800000002,2027-01-31T08:00:00Z\n110,\n' },
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
          'BAD_PARAMETER',
          ...MEMBERS.filter((kind) => kind !== 'TOO_LONG' && kind !== 'INVALID_CHARACTERS'),
          'BROKEN_CONTAINER',
        ],
        {
          PARAMETER_ERROR: { place: 'numbers[0].expiresAt', params: { expected: 'rfc3339' } },
          MISSING: { place: 'numbers' },
          WRONG_TYPE: { place: 'numbers[0].number', params: { expected: 'string' } },
          UNSUPPORTED_MEDIA_TYPE: {
            params: { allowed: RECORD_TYPES.join(', ') },
          },
        },
      ),
      ...otherProblems(),
    },
  };
}

export const blocklistPaths = (limits: Limits): Paths => ({
  '/v1/vdns/{vdnId}/blocklist': {
    post: add(limits),
    get: {
      operationId: 'listBlocklist',
      tags: TAGS,
      summary: 'List the blocklist',
      description: 'By number, ascending; without those whose time is over.',
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
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER', 'NOT_FOUND'], {
          NOT_FOUND: { place: 'number' },
        }),
        ...otherProblems(),
      },
    },
  },
});
