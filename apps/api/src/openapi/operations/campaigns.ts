import { CAMPAIGN_STATES } from '#wire';
import { otherProblems, problemResponses } from '../problems.ts';
import type { ExamplePlaces } from '../problems.ts';
import { EXAMPLE_CAMPAIGN } from '../schemas/campaign.ts';
import { EXAMPLE_STATS } from '../schemas/dialer.ts';
import { needs } from '../security.ts';
import { MEMBERS, PATH_IDS, SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Paths, Response } from '../types.ts';

const TAGS = ['Campaigns'];

const PLACES: ExamplePlaces = {
  PARAMETER_ERROR: { place: 'nmae', params: { expected: 'knownMember' } },
  WRONG_TYPE: { place: 'batchSize', params: { expected: 'integer' } },
  WRONG_VALUE: { place: 'state', params: { allowed: CAMPAIGN_STATES.join(', ') } },
  TOO_LONG: { place: 'name', params: { max: 200 } },
  INVALID_CHARACTERS: { place: 'name', params: { allowed: 'textCharacters' } },
};

const shown = (description: string): Response => ({
  description,
  content: {
    'application/json': {
      schema: schema('Campaign'),
      examples: { campaign: { value: EXAMPLE_CAMPAIGN } },
    },
  },
});

export const CAMPAIGN_PATHS: Paths = {
  '/v1/vdns/{vdnId}/campaigns': {
    get: {
      operationId: 'listCampaigns',
      tags: TAGS,
      summary: 'List campaigns',
      description: 'By ID, ascending.',
      security: needs('uploader'),
      parameters: ['vdnId', 'limit', 'cursor', 'locale'].map(parameter),
      responses: {
        '200': {
          description: 'A page of campaigns.',
          content: {
            'application/json': {
              schema: schema('CampaignPage'),
              examples: { page: { value: { items: [EXAMPLE_CAMPAIGN], nextCursor: null } } },
            },
          },
        },
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER']),
        ...otherProblems(),
      },
    },
  },
  '/v1/vdns/{vdnId}/campaigns/{campaignId}': {
    put: {
      operationId: 'putCampaign',
      tags: TAGS,
      summary: 'Create or change a campaign',
      security: needs('admin'),
      parameters: ['vdnId', 'campaignId', 'locale'].map(parameter),
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schema('CampaignMembers'),
            examples: {
              create: { value: { name: 'Renewals', admissionIntervalMs: 1_000 } },
              pause: { value: { state: 'paused' } },
              defaults: { value: {} },
            },
          },
        },
      },
      responses: {
        '200': shown('Changed.'),
        '201': shown('Created.'),
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER', ...MEMBERS], PLACES),
        ...otherProblems(),
      },
    },
    get: {
      operationId: 'getCampaign',
      tags: TAGS,
      summary: 'Show a campaign',
      security: needs('uploader'),
      parameters: ['vdnId', 'campaignId', 'locale'].map(parameter),
      responses: {
        '200': shown('The campaign.'),
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER', 'CAMPAIGN_NOT_FOUND']),
        ...otherProblems(),
      },
    },
  },
  '/v1/vdns/{vdnId}/campaigns/{campaignId}/stats': {
    get: {
      operationId: 'getCampaignStats',
      tags: TAGS,
      summary: 'Show a campaign in numbers',
      security: needs('uploader'),
      parameters: ['vdnId', 'campaignId', 'locale'].map(parameter),
      responses: {
        '200': {
          description: 'Its records by status and priority, its uploads by state.',
          content: {
            'application/json': {
              schema: schema('CampaignStats'),
              examples: { stats: { value: EXAMPLE_STATS } },
            },
          },
        },
        ...problemResponses([...SECURED, ...PATH_IDS, 'BAD_PARAMETER', 'CAMPAIGN_NOT_FOUND']),
        ...otherProblems(),
      },
    },
  },
};
