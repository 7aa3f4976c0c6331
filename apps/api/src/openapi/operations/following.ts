import { MAX_WAIT_SECONDS } from '../../http/prefer.ts';
import { headersNamed, otherProblems, problemResponses } from '../problems.ts';
import { EXAMPLE_UPLOAD } from '../schemas/upload.ts';
import { needs } from '../security.ts';
import { SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Operation, Paths } from '../types.ts';

const TAGS = ['Uploads'];

const PROBLEMS = problemResponses([...SECURED, 'BAD_PARAMETER', 'NOT_FOUND'], {
  BAD_PARAMETER: { place: 'verbose' },
});

const VALIDATORS = ['ETag', 'Vary', 'Cache-Control', 'Preference-Applied'];

const get: Operation = {
  operationId: 'getUpload',
  tags: TAGS,
  summary: 'Show an upload',
  description:
    'At once; or, with `Prefer: wait=N`, as soon as its state or its counts are others than `If-None-Match` says, or without it than they are at the request.',
  security: needs('uploader'),
  parameters: [
    parameter('uploadId'),
    {
      name: 'If-None-Match',
      in: 'header',
      description: 'The `ETag` of an earlier answer: 304 if state and counts are the same still.',
      schema: { type: 'string' },
    },
    {
      name: 'Prefer',
      in: 'header',
      description: `\`wait=N\` (RFC 7240): how many seconds the answer may be held back; more than ${MAX_WAIT_SECONDS} count as ${MAX_WAIT_SECONDS}. Anything but digits is passed over.`,
      schema: { type: 'string' },
      example: 'wait=30',
    },
    parameter('locale'),
  ],
  responses: {
    '200': {
      description: 'The upload.',
      headers: headersNamed(...VALIDATORS),
      content: {
        'application/json': {
          schema: schema('Upload'),
          examples: { upload: { value: EXAMPLE_UPLOAD } },
        },
      },
    },
    '304': {
      description: 'State and counts are those of `If-None-Match`.',
      headers: headersNamed(...VALIDATORS),
    },
    ...PROBLEMS,
    ...otherProblems(),
  },
};

const EVENTS = [
  'retry: 2000',
  '',
  'id: running-20000-3999-3-2-1-0-0-en_US',
  `data: ${JSON.stringify(EXAMPLE_UPLOAD)}`,
  '',
  '',
].join('\n');

const events: Operation = {
  operationId: 'getUploadEvents',
  tags: TAGS,
  summary: 'Follow an upload',
  description: [
    'Server-sent events: the upload (the schema `Upload`, as JSON in `data`) at once, at every change of its state or its counts, at most four times a second, and at its end, where the stream ends.',
    '',
    'After 15 s without an event there is a comment. A client that comes back with `Last-Event-ID` gets nothing that it has seen, and misses no state that lasts. The stream ends early when the service stops, or when the key is revoked or expires.',
  ].join('\n'),
  security: needs('uploader'),
  parameters: [
    parameter('uploadId'),
    {
      name: 'Last-Event-ID',
      in: 'header',
      description: 'The `id` of the event that was seen last.',
      schema: { type: 'string' },
    },
    parameter('locale'),
  ],
  responses: {
    '200': {
      description: 'The events.',
      headers: headersNamed('Cache-Control', 'X-Accel-Buffering'),
      content: {
        'text/event-stream': {
          schema: { type: 'string' },
          examples: { events: { value: EVENTS } },
        },
      },
    },
    '204': {
      description: 'The upload has ended, and its end was seen: an EventSource does not come back.',
    },
    ...PROBLEMS,
    ...otherProblems(),
  },
};

export const FOLLOWING_PATHS: Paths = {
  '/v1/uploads/{uploadId}': { get },
  '/v1/uploads/{uploadId}/events': { get: events },
};
