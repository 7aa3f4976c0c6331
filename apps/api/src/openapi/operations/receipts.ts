import { OUTCOMES } from '#ingestion';
import { CODE } from '#errors';
import { otherProblems, problemResponses } from '../problems.ts';
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

export const RECEIPT_PATHS: Paths = {
  '/v1/uploads/{uploadId}/receipts': {
    get: {
      operationId: 'getReceipts',
      tags: ['Uploads'],
      summary: 'What became of each record',
      description: 'One line for each record, in order, as a stream.',
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
        parameter('locale'),
      ],
      responses: {
        '200': {
          description: 'The receipts.',
          content: {
            'application/x-ndjson': {
              schema: { type: 'string', description: 'A `Receipt` as JSON on each line.' },
              'x-itemSchema': schema('Receipt'),
              examples: {
                receipts: { value: LINES.map((line) => `${JSON.stringify(line)}\n`).join('') },
              },
            },
          },
        },
        ...problemResponses([...SECURED, 'BAD_PARAMETER', 'NOT_FOUND'], {
          BAD_PARAMETER: { place: 'outcome', params: { allowed: OUTCOMES.join(', ') } },
        }),
        ...otherProblems(),
      },
    },
  },
};
