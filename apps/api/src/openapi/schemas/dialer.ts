import { RECORD_STATUSES, RESULT_OUTCOMES, RESULTS, SHOWN_STATES } from '#wire';
import { LEASE, MOST_RESULTS } from '../../dialer/dialer-members.ts';
import { schema } from '../types.ts';
import type { Schema } from '../types.ts';
import { dateTime } from './common.ts';
import { EXAMPLE_RECORD } from './record.ts';

const DATA_ID: Schema = { type: 'string', pattern: '^[0-9]{1,19}$', description: 'The data ID.' };

const REPORTED_ID: Schema = {
  type: 'string',
  description: 'The data ID. What cannot be one is the ID of no record.',
};

const wholeNumber = (
  { min, max, otherwise }: (typeof LEASE)[keyof typeof LEASE],
  description: string,
): Schema => ({ type: 'integer', minimum: min, maximum: max, default: otherwise, description });

/** A record as it was sent, with members of ours. */
const recordWith = (description: string, members: Readonly<Record<string, Schema>>): Schema => ({
  description,
  allOf: [
    schema('CallRecord'),
    {
      type: 'object',
      required: Object.keys(members),
      additionalProperties: true,
      properties: members,
    },
  ],
});

const counts = (names: readonly string[], description: string): Schema => ({
  type: 'object',
  description,
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'integer', minimum: 0 }])),
});

/** Of leases, results and records. */
export const DIALER_SCHEMAS: Readonly<Record<string, Schema>> = {
  LeaseMembers: {
    type: 'object',
    additionalProperties: false,
    properties: {
      limit: wholeNumber(LEASE.limit, 'Most records.'),
      leaseSeconds: wholeNumber(LEASE.leaseSeconds, 'How long they are held, in seconds.'),
    },
  },
  LeasedRecord: recordWith('A record as it was sent, and its lease.', {
    dataId: DATA_ID,
    leasedUntil: dateTime('Until when nobody else is given it.'),
  }),
  Leases: {
    type: 'object',
    required: ['items'],
    properties: { items: { type: 'array', items: schema('LeasedRecord') } },
  },
  Results: {
    type: 'array',
    maxItems: MOST_RESULTS,
    items: {
      type: 'object',
      required: ['dataId', 'result'],
      additionalProperties: false,
      properties: {
        dataId: REPORTED_ID,
        result: {
          type: 'string',
          enum: RESULTS,
          description: '`completed` and `failed` end the record, `release` puts it back.',
        },
      },
    },
  },
  ResultOutcomes: {
    type: 'object',
    required: ['items'],
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['dataId', 'outcome'],
          properties: {
            dataId: REPORTED_ID,
            outcome: {
              type: 'string',
              enum: RESULT_OUTCOMES,
              description:
                "`repeated`: the record's last result is the same, and it has not been leased since. `conflict`: it has another result, or is not leased. `unknown`: the VDN has no such record, or it is no data ID.",
            },
          },
        },
      },
    },
  },
  Record: recordWith('A record as it was sent, and what became of it.', {
    dataId: DATA_ID,
    campaignId: { type: 'integer' },
    uploadId: {
      type: ['string', 'null'],
      format: 'uuid',
      description: 'The upload or call that it came in; `null` once that was removed.',
    },
    line: { type: 'integer', minimum: 1, description: 'Its number in the upload.' },
    status: {
      type: 'string',
      enum: RECORD_STATUSES,
      description: 'A record whose lease has run out is `waiting`.',
    },
    createdAt: dateTime('When it was admitted.'),
  }),
  CampaignStats: {
    type: 'object',
    required: ['records', 'uploads'],
    properties: {
      records: {
        type: 'object',
        required: ['byStatus', 'byPriority'],
        properties: {
          byStatus: counts(
            RECORD_STATUSES,
            'All records since the campaign was created, those that were removed meanwhile included.',
          ),
          byPriority: counts(['1', '2', '3', '4', '5'], 'Incomplete records: waiting or leased.'),
        },
      },
      uploads: {
        type: 'object',
        required: ['byState'],
        properties: { byState: counts(SHOWN_STATES, 'Uploads, synchronous calls included.') },
      },
    },
  },
};

const DATA_ID_EXAMPLE = '1000000000000000000';

export const EXAMPLE_LEASE = {
  items: [{ ...EXAMPLE_RECORD, dataId: DATA_ID_EXAMPLE, leasedUntil: '2026-11-23T08:01:00.000Z' }],
};

export const EXAMPLE_SHOWN_RECORD = {
  ...EXAMPLE_RECORD,
  dataId: DATA_ID_EXAMPLE,
  campaignId: 46,
  uploadId: '019a5f0c-7d1e-7c44-9a55-3f1c2b6d8e90',
  line: 1,
  status: 'waiting',
  createdAt: '2026-11-23T08:00:00.000Z',
};

export const EXAMPLE_RESULTS = [
  { dataId: DATA_ID_EXAMPLE, result: 'completed' },
  { dataId: '1000000000000000001', result: 'release' },
];

export const EXAMPLE_OUTCOMES = {
  items: [
    { dataId: DATA_ID_EXAMPLE, outcome: 'applied' },
    { dataId: '1000000000000000001', outcome: 'conflict' },
  ],
};

export const EXAMPLE_STATS = {
  records: {
    byStatus: {
      waiting: 3_899,
      leased: 100,
      completed: 15_000,
      failed: 900,
      recycled: 60,
      deleted: 1,
    },
    byPriority: { 1: 200, 2: 0, 3: 3_700, 4: 0, 5: 99 },
  },
  uploads: {
    byState: {
      ...Object.fromEntries(SHOWN_STATES.map((state) => [state, 0])),
      running: 1,
      completed: 7,
    },
  },
};
