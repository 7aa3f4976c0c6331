import { OUTCOMES } from '#wire';
import { CODE } from '#errors';
import { headersNamed, otherProblems, problemResponses } from '../problems.ts';
import { RECEIPT_TYPES } from '../../uploads/receipt-writers.ts';
import { needs } from '../security.ts';
import { SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Paths } from '../types.ts';

const LINES = [
  {
    line: 1,
    sessionId: 'S20261123000001',
    called: '13800000001',
    outcome: 'accepted',
    dataId: '1000000000000000000',
    code: null,
    detail: null,
  },
  {
    line: 2,
    sessionId: null,
    called: '13800000002',
    outcome: 'blocklisted',
    dataId: null,
    code: CODE.BLOCKLISTED,
    detail: 'called[0].calledNo: the number is on the blocklist',
  },
];

const CSV = [
  'line,sessionId,called,outcome,dataId,code,detail',
  ...LINES.map((line) => Object.values(line).join()),
  '',
].join('\r\n');

export const RECEIPT_PATHS: Paths = {
  '/v1/uploads/{uploadId}/receipts': {
    get: {
      operationId: 'getReceipts',
      tags: ['Uploads'],
      summary: 'What became of each record',
      description:
        'One line for each record, in order, as a stream: NDJSON, or CSV where `Accept` prefers it. A text in CSV of which a spreadsheet would take something for a formula has an apostrophe in front of that. When the key is revoked or expires meanwhile the connection breaks.',
      security: needs('uploader'),
      parameters: [
        parameter('uploadId'),
        {
          name: 'outcome',
          in: 'query',
          description:
            'Only these. `rejected`: `invalid`, `duplicate`, `blocklisted`, `refused` and `dropped`.',
          schema: { type: 'string', enum: [...OUTCOMES, 'rejected'] },
        },
        {
          name: 'format',
          in: 'query',
          description:
            '`source`: the records themselves as they were sent, broken ones included, ready to be sent again: CSV of a CSV upload, NDJSON of others. Unlike receipts they are not altered for spreadsheets.',
          schema: { type: 'string', enum: ['source'] },
        },
        parameter('locale'),
      ],
      responses: {
        '200': {
          description: 'The receipts, or with `format=source` the records.',
          headers: headersNamed('Vary'),
          content: {
            'application/x-ndjson': {
              schema: { type: 'string', description: 'A `Receipt` as JSON on each line.' },
              'x-itemSchema': { anyOf: [schema('Receipt'), schema('CallRecord')] },
              examples: {
                receipts: { value: LINES.map((line) => `${JSON.stringify(line)}\n`).join('') },
              },
            },
            'text/csv': {
              schema: { type: 'string', description: 'The members of a `Receipt` as columns.' },
              examples: { receipts: { value: CSV } },
            },
          },
        },
        ...problemResponses([...SECURED, 'BAD_PARAMETER', 'NOT_FOUND', 'NOT_ACCEPTABLE', 'GONE'], {
          NOT_ACCEPTABLE: { place: 'Accept', params: { allowed: RECEIPT_TYPES.join(', ') } },
          GONE: { place: 'receipts' },
          BAD_PARAMETER: { place: 'outcome', params: { allowed: OUTCOMES.join(', ') } },
        }),
        ...otherProblems(),
      },
    },
  },
};
