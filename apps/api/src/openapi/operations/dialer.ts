import { RESULTS } from '#wire';
import { LEASE, MOST_RESULTS } from '../../dialer/dialer-members.ts';
import { otherProblems, problemResponses } from '../problems.ts';
import {
  EXAMPLE_LEASE,
  EXAMPLE_OUTCOMES,
  EXAMPLE_RESULTS,
  EXAMPLE_SHOWN_RECORD,
} from '../schemas/dialer.ts';
import { needs } from '../security.ts';
import { MEMBERS, PATH_IDS, SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Parameter, Paths, Response } from '../types.ts';

const TAGS = ['Dialers'];

const DATA_ID: Parameter = {
  name: 'dataId',
  in: 'path',
  required: true,
  description: 'The data ID.',
  schema: { type: 'string' },
  example: EXAMPLE_SHOWN_RECORD.dataId,
};

/** Of the members of leases and results there is no text that could be too long or have wrong characters. */
const TROUBLES = MEMBERS.filter(
  (trouble) => trouble !== 'TOO_LONG' && trouble !== 'INVALID_CHARACTERS' && trouble !== 'MISSING',
);

const json = (description: string, name: string, value: unknown): Response => ({
  description,
  content: { 'application/json': { schema: schema(name), examples: { answer: { value } } } },
});

export const DIALER_PATHS: Paths = {
  '/v1/vdns/{vdnId}/campaigns/{campaignId}/leases': {
    post: {
      operationId: 'leaseRecords',
      tags: TAGS,
      summary: 'Lease the next records',
      description:
        'By priority, 1 first, then by age. No record is leased twice at a time; one whose lease runs out is leased again. No further ones are added to some 16 MiB of them, so there may be fewer than `limit`, but never none for that reason. None where the campaign is not `running`, and none past its `recycleTime`.',
      security: needs('dialer'),
      parameters: ['vdnId', 'campaignId', 'locale'].map(parameter),
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schema('LeaseMembers'),
            examples: { hundred: { value: { limit: 100, leaseSeconds: 60 } } },
          },
        },
      },
      responses: {
        '200': json('The records, each as it was sent.', 'Leases', EXAMPLE_LEASE),
        ...problemResponses(
          [...SECURED, ...PATH_IDS, ...TROUBLES, 'BAD_PARAMETER', 'CAMPAIGN_NOT_FOUND'],
          {
            PARAMETER_ERROR: { place: 'limti', params: { expected: 'knownMember' } },
            WRONG_TYPE: { place: 'limit', params: { expected: 'integer' } },
            WRONG_VALUE: {
              place: 'limit',
              params: { min: LEASE.limit.min, max: LEASE.limit.max },
            },
            BAD_PARAMETER: { place: 'limit' },
          },
        ),
        ...otherProblems(),
      },
    },
  },
  '/v1/vdns/{vdnId}/calldata/results': {
    post: {
      operationId: 'reportResults',
      tags: TAGS,
      summary: 'Report results of leased records',
      description:
        'Applied in their order, all or none. `completed` and `failed` free the place under the cap. To be sent again when the answer was lost: what was applied is `repeated`.',
      security: needs('dialer'),
      parameters: ['vdnId', 'locale'].map(parameter),
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schema('Results'),
            examples: { results: { value: EXAMPLE_RESULTS } },
          },
        },
      },
      responses: {
        '200': json('What came of each, in their order.', 'ResultOutcomes', EXAMPLE_OUTCOMES),
        ...problemResponses(
          [...SECURED, ...PATH_IDS, ...TROUBLES, 'MISSING', 'BAD_PARAMETER', 'TOO_MANY_ITEMS'],
          {
            PARAMETER_ERROR: { place: '[3].resutl', params: { expected: 'knownMember' } },
            MISSING: { place: '[3].result' },
            WRONG_TYPE: { place: 'body', params: { expected: 'list' } },
            WRONG_VALUE: { place: '[3].result', params: { allowed: RESULTS.join(', ') } },
            BAD_PARAMETER: { place: 'dry' },
            TOO_MANY_ITEMS: { place: 'body', params: { max: MOST_RESULTS } },
          },
        ),
        ...otherProblems(),
      },
    },
  },
  '/v1/vdns/{vdnId}/calldata/{dataId}': {
    get: {
      operationId: 'getRecord',
      tags: TAGS,
      summary: 'Show a record',
      security: needs('dialer'),
      parameters: [parameter('vdnId'), DATA_ID, parameter('locale')],
      responses: {
        '200': json('The record as it was sent, and its state.', 'Record', EXAMPLE_SHOWN_RECORD),
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER', 'NOT_FOUND'], {
          BAD_PARAMETER: { place: 'verbose' },
          NOT_FOUND: { place: 'dataId' },
        }),
        ...otherProblems(),
      },
    },
    delete: {
      operationId: 'deleteRecord',
      tags: TAGS,
      summary: 'Take a waiting record out',
      description: 'It is not called any more, and its place under the cap is free.',
      security: needs('admin'),
      parameters: [parameter('vdnId'), DATA_ID, parameter('locale')],
      responses: {
        '204': { description: 'It is out.' },
        ...problemResponses(
          [...SECURED, ...PATH_IDS, 'BAD_PARAMETER', 'NOT_FOUND', 'STATE_CONFLICT'],
          {
            BAD_PARAMETER: { place: 'force' },
            NOT_FOUND: { place: 'dataId' },
            STATE_CONFLICT: { params: { state: 'leased' } },
          },
        ),
        ...otherProblems(),
      },
    },
  },
};
