import { MAX_CAMPAIGN_ID, MAX_VDN_ID, BATCH_ID } from '#domain';
import { OUTCOMES, SHOWN_STATES, SKIP_OR_ABORT, WAIT_OR_REFUSE } from '#wire';
import type { Schema } from '../types.ts';
import { schema } from '../types.ts';
import { count, dateTime, dateTimeOrNull, pageOf } from './common.ts';

const closed = (properties: Readonly<Record<string, Schema>>, description?: string): Schema => ({
  type: 'object',
  ...(description === undefined ? {} : { description }),
  required: Object.keys(properties),
  properties,
});

const SKIP: Schema = { type: 'string', enum: SKIP_OR_ABORT };

const Upload = closed({
  id: { type: 'string', format: 'uuid' },
  vdnId: { type: 'integer', minimum: 1, maximum: MAX_VDN_ID },
  campaignId: { type: 'integer', minimum: 1, maximum: MAX_CAMPAIGN_ID },
  batchId: { type: ['string', 'null'], maxLength: BATCH_ID.max },
  mode: {
    type: 'string',
    enum: ['sync', 'async'],
    description: '`sync`: a synchronous call, which is an upload too.',
  },
  state: {
    type: 'string',
    enum: SHOWN_STATES,
    description:
      '`completed_with_errors`: finished, and at least one record was not accepted. The last four are final.',
  },
  dryRun: { type: 'boolean' },
  policy: closed({
    onInvalid: SKIP,
    onDuplicate: SKIP,
    onBlocklisted: SKIP,
    onFull: { type: 'string', enum: WAIT_OR_REFUSE },
  }),
  counts: closed(
    {
      received: count('All records.'),
      accepted: count('Admitted: they have data IDs.'),
      invalid: count('Against the rules of records.'),
      duplicate: count('A number that came before under the same `sessionId`.'),
      blocklisted: count('A number on the blocklist.'),
      refused: count('The campaign took no more, or the upload was aborted.'),
      dropped: count('Cancelled.'),
      pending: count('Not decided yet.'),
    },
    '`received` is at every moment the sum of the others.',
  ),
  batches: closed({ total: count('All batches.'), done: count('Decided to the last record.') }),
  createdAt: dateTime('When it began to come in.'),
  queuedAt: dateTimeOrNull('When it had come in whole.'),
  startedAt: dateTimeOrNull('When its first batch was admitted.'),
  finishedAt: dateTimeOrNull('When its last record was decided.'),
  estimatedFinishAt: dateTimeOrNull(
    'When it will be finished if only uploads before it take slots and room, and nobody makes room; `null` where that cannot be told: it is paused, or has to wait for room.',
  ),
  error: {
    description: 'Why records were refused or the upload was aborted.',
    oneOf: [closed({ code: schema('Code'), description: { type: 'string' } }), { type: 'null' }],
  },
});

const Receipt = closed(
  {
    line: { type: 'integer', minimum: 1, description: "The record's number in the upload." },
    sessionId: { type: ['string', 'null'] },
    called: { type: ['string', 'null'], description: 'Its first number.' },
    outcome: { type: 'string', enum: OUTCOMES },
    dataId: { oneOf: [schema('DataId'), { type: 'null' }] },
    code: { oneOf: [schema('Code'), { type: 'null' }] },
    detail: { type: ['string', 'null'], description: 'Why it was not accepted, in words.' },
  },
  'What became of one record.',
);

export const UPLOAD_SCHEMAS: Readonly<Record<string, Schema>> = {
  Upload,
  UploadPage: pageOf('Upload'),
  Receipt,
};

export const EXAMPLE_UPLOAD = {
  id: '019a5f0c-7d1e-7c44-9a55-3f1c2b6d8e90',
  vdnId: 1,
  campaignId: 46,
  batchId: null,
  mode: 'async',
  state: 'running',
  dryRun: false,
  policy: { onInvalid: 'skip', onDuplicate: 'skip', onBlocklisted: 'skip', onFull: 'wait' },
  counts: {
    received: 20_000,
    accepted: 3_999,
    invalid: 3,
    duplicate: 2,
    blocklisted: 1,
    refused: 0,
    dropped: 0,
    pending: 15_995,
  },
  batches: { total: 10, done: 2 },
  createdAt: '2026-11-23T08:00:00.000Z',
  queuedAt: '2026-11-23T08:00:01.200Z',
  startedAt: '2026-11-23T08:00:01.250Z',
  finishedAt: null,
  estimatedFinishAt: '2026-11-23T08:00:10.250Z',
  error: null,
};
