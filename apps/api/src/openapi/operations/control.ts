import type { UploadCommand } from '#domain';
import { otherProblems, problemResponses } from '../problems.ts';
import { EXAMPLE_UPLOAD } from '../schemas/upload.ts';
import { needs } from '../security.ts';
import { SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Operation, Paths } from '../types.ts';

/** @param changed what of the upload is other than in the example */
function command(
  name: UploadCommand,
  summary: string,
  description: string,
  changed: object,
): Operation {
  return {
    operationId: `${name}Upload`,
    tags: ['Uploads'],
    summary,
    description: [
      description,
      '',
      'It takes effect between two batches, and may be repeated: what is so already stays so. 409: the upload has ended.',
    ].join('\n'),
    security: needs('uploader'),
    parameters: ['uploadId', 'locale'].map(parameter),
    responses: {
      '200': {
        description: 'The upload, as it is then.',
        content: {
          'application/json': {
            schema: schema('Upload'),
            examples: { upload: { value: { ...EXAMPLE_UPLOAD, ...changed } } },
          },
        },
      },
      ...problemResponses([...SECURED, 'BAD_PARAMETER', 'NOT_FOUND', 'STATE_CONFLICT'], {
        BAD_PARAMETER: { place: 'force' },
        STATE_CONFLICT: { params: { state: 'completed' } },
      }),
      ...otherProblems(),
    },
  };
}

const { counts } = EXAMPLE_UPLOAD;

export const CONTROL_PATHS: Paths = {
  '/v1/uploads/{uploadId}/cancel': {
    post: command(
      'cancel',
      'Cancel an upload',
      'What is not decided yet is dropped. What was admitted stays.',
      {
        state: 'cancelled',
        counts: { ...counts, dropped: counts.pending, pending: 0 },
        finishedAt: '2026-11-23T08:00:02.500Z',
        estimatedFinishAt: '2026-11-23T08:00:02.500Z',
      },
    ),
  },
  '/v1/uploads/{uploadId}/pause': {
    post: command(
      'pause',
      'Pause an upload',
      'It is passed over until it is resumed: the next upload of the campaign goes on at once.',
      { state: 'paused', estimatedFinishAt: null },
    ),
  },
  '/v1/uploads/{uploadId}/resume': {
    post: command(
      'resume',
      'Resume an upload',
      'It goes on at its old place in the queue, before uploads that came later.',
      {},
    ),
  },
};
