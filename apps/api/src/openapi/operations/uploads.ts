import { BATCH_ID, DEFAULT_POLICY, MAX_CSV_COLUMNS } from '#domain';
import { MAX_JSON_BYTES } from '#ingestion';
import { SHOWN_STATES, SKIP_OR_ABORT, WAIT_OR_REFUSE } from '#wire';
import { RECORD_TYPES } from '../../http/record-body.ts';
import type { ApiSettings } from '../../settings.ts';
import { CONTENT_ENCODING } from '../parameters.ts';
import { headersNamed, otherProblems, problemResponses } from '../problems.ts';
import { EXAMPLE_BODY, EXAMPLE_RECORD } from '../schemas/record.ts';
import { EXAMPLE_UPLOAD } from '../schemas/upload.ts';
import { needs } from '../security.ts';
import { BODY, IDEMPOTENCY, PATH_IDS, SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Operation, Parameter, Paths } from '../types.ts';

const TAGS = ['Uploads'];

const SHOWN = {
  'application/json': {
    schema: schema('Upload'),
    examples: { upload: { value: EXAMPLE_UPLOAD } },
  },
};

const CSV = [
  'RFC 4180 in UTF-8, with a header: the members of a `CallRecord`, with `calledNo`, `delayTime` and `type` for its first number, `calledNo2`, `delayTime2`, `type2` for its second, and so on.',
  `\`calledNo\` must be there; columns may stand in any order, at most ${MAX_CSV_COLUMNS} of them. A column of another name is an unknown member of that name.`,
  'An empty field counts as absent. A row may end early.',
].join(' ');

const EXAMPLE_CSV = [
  'sessionId,calledNo,delayTime,calledNo2,delayTime2,callData,priority',
  'S20261123000001,13800000001,0,13800000002,60,"{""fullName"":""Lin Zihang""}",3',
  '',
].join('\n');

const policy = (
  name: keyof typeof DEFAULT_POLICY,
  values: readonly string[] | null,
  description: string,
): Parameter => ({
  name,
  in: 'query',
  description,
  schema: {
    ...(values === null ? { type: 'boolean' } : { type: 'string', enum: values }),
    default: DEFAULT_POLICY[name],
  },
});

const POLICY = [
  policy(
    'onInvalid',
    SKIP_OR_ABORT,
    'Records that break a rule: `skip` leaves them out and reports them; with `abort` nothing of the upload is admitted.',
  ),
  policy('onDuplicate', SKIP_OR_ABORT, 'The same for a number that came before in the upload.'),
  policy(
    'onBlocklisted',
    SKIP_OR_ABORT,
    'The same for blocked numbers. `abort` looks when the upload is complete; a number that is blocked later is left out.',
  ),
  policy(
    'onFull',
    WAIT_OR_REFUSE,
    'Records that find no room under the cap when their turn comes: they wait for room, or are refused one by one (0200020).',
  ),
  policy(
    'dryRun',
    null,
    'Check everything and admit nothing: the upload ends at once with the report that the real run would give at that moment.',
  ),
];

type Limits = Pick<
  ApiSettings,
  'uploadMaxRecords' | 'uploadMaxNumbers' | 'uploadMaxBytes' | 'uploadMaxLineBytes'
>;

function create({
  uploadMaxRecords,
  uploadMaxNumbers,
  uploadMaxBytes,
  uploadMaxLineBytes,
}: Limits): Operation {
  return {
    operationId: 'createUpload',
    tags: TAGS,
    summary: 'Upload records',
    description: [
      'The body is read as a stream. 202 means: it is committed, and will be worked off whatever fails next; a request that breaks off leaves nothing.',
      '',
      `At most ${uploadMaxRecords} records, ${uploadMaxNumbers} numbers in valid ones, ${uploadMaxBytes} bytes, and ${uploadMaxLineBytes} bytes a line, row or item of \`callDataList\`; more is 413, and nothing is kept. A record that breaks a rule is left out and has a receipt; so has a line that is not JSON, or not UTF-8. Blank lines are passed over.`,
      '',
      "It is worked off in batches of the campaign's `batchSize`, one an `admissionIntervalMs`, in the order received.",
    ].join('\n'),
    security: needs('uploader'),
    parameters: [
      ...['vdnId', 'campaignId', 'batchId'].map(parameter),
      ...POLICY,
      ...['idempotencyKey', 'locale'].map(parameter),
      CONTENT_ENCODING,
    ],
    requestBody: {
      required: true,
      content: {
        'application/x-ndjson': {
          schema: { type: 'string', description: 'A `CallRecord` as JSON on each line.' },
          'x-itemSchema': schema('CallRecord'),
          examples: { records: { value: `${JSON.stringify(EXAMPLE_RECORD)}\n` } },
        },
        'text/csv': {
          schema: { type: 'string', description: CSV },
          examples: { records: { value: EXAMPLE_CSV } },
        },
        'application/json': {
          schema: {
            ...schema('UploadBody'),
            description: `The body of the compatible call, at most ${MAX_JSON_BYTES} bytes.`,
          },
          examples: { body: { value: EXAMPLE_BODY } },
        },
      },
    },
    responses: {
      '202': {
        description: 'The upload, as it is now.',
        headers: headersNamed('Location', 'Idempotent-Replayed'),
        content: SHOWN,
      },
      ...problemResponses(
        [
          ...SECURED,
          ...PATH_IDS,
          'BAD_PARAMETER',
          ...BODY,
          ...IDEMPOTENCY,
          'CAMPAIGN_NOT_FOUND',
          'CAMPAIGN_CLOSED',
          'BROKEN_CONTAINER',
          'EMPTY_UPLOAD',
          'NOT_CONVERTIBLE',
          'MISSING',
          'TOO_LONG',
          'INVALID_CHARACTERS',
        ],
        {
          MISSING: { place: 'callDataList' },
          TOO_LONG: { place: 'batchId', params: { max: 64 } },
          INVALID_CHARACTERS: { place: 'batchId', params: { allowed: 'textCharacters' } },
          BAD_PARAMETER: { place: 'batchID' },
          UNSUPPORTED_MEDIA_TYPE: {
            params: { allowed: RECORD_TYPES.join(', ') },
          },
        },
      ),
      ...otherProblems(),
    },
  };
}

const list: Operation = {
  operationId: 'listUploads',
  tags: TAGS,
  summary: 'List uploads',
  description: 'The latest first. Synchronous calls are among them, with `mode` `sync`.',
  security: needs('uploader'),
  parameters: [
    parameter('vdnId'),
    {
      name: 'campaignId',
      in: 'query',
      description: 'Only those of this campaign.',
      schema: { type: 'integer', minimum: 1 },
    },
    {
      name: 'batchId',
      in: 'query',
      description: 'Only those with this name.',
      schema: { type: 'string', maxLength: BATCH_ID.max },
    },
    {
      name: 'state',
      in: 'query',
      description: 'Only those in this state.',
      schema: { type: 'string', enum: SHOWN_STATES },
    },
    ...['limit', 'cursor', 'locale'].map(parameter),
  ],
  responses: {
    '200': {
      description: 'A page of uploads.',
      content: {
        'application/json': {
          schema: schema('UploadPage'),
          examples: { page: { value: { items: [EXAMPLE_UPLOAD], nextCursor: null } } },
        },
      },
    },
    ...problemResponses(
      [...SECURED, ...PATH_IDS, 'BAD_PARAMETER', 'TOO_LONG', 'INVALID_CHARACTERS'],
      {
        TOO_LONG: { place: 'batchId', params: { max: 64 } },
        INVALID_CHARACTERS: { place: 'batchId', params: { allowed: 'textCharacters' } },
      },
    ),
    ...otherProblems(),
  },
};

export const uploadPaths = (limits: Limits): Paths => ({
  '/v1/vdns/{vdnId}/campaigns/{campaignId}/uploads': { post: create(limits) },
  '/v1/vdns/{vdnId}/uploads': { get: list },
});
