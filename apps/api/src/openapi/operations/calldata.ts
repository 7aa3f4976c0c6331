import type { CodeKey, Locale } from '#errors';
import { CODE, LOCALES, REGISTRY } from '#errors';
import { refusal, success } from '../../calldata/envelope.ts';
import { faultOf, headersNamed, otherProblems, problemResponses, titleOf } from '../problems.ts';
import { CONTENT_ENCODING } from '../parameters.ts';
import { EXAMPLE_BODY } from '../schemas/record.ts';
import { needs } from '../security.ts';
import { BODY, IDEMPOTENCY, SECURED } from '../troubles.ts';
import { parameter, schema } from '../types.ts';
import type { Example, Examples, Paths, Response } from '../types.ts';

/** Every code of the table that refuses a call. 0200006 has a status of its own. */
const REFUSALS = (Object.keys(REGISTRY) as CodeKey[]).filter(
  (key) => key !== 'SUCCESS' && key !== 'DATABASE_ERROR',
);

const ADMITTED = success({
  totalSize: 4_000,
  dataIdList: [{ called: '13800000001', dataId: '1000000000000000000' }],
});

/** There is none of this code in a call that another code does not name. */
const PLACES = { PARAMETER_ERROR: {} };

const UPLOAD_ID = '019a5f0c-7d1e-7c44-9a55-3f1c2b6d8e90';

function refusals(keys: readonly CodeKey[]): Examples {
  const example = (key: CodeKey, locale: Locale): [string, Example] => {
    const fault = faultOf(key, PLACES);
    if (!('code' in fault)) throw new Error(`${key} is no code`);
    return [
      `${REGISTRY[key].code} (${locale})`,
      { summary: titleOf(key), value: refusal(fault, locale) },
    ];
  };
  return Object.fromEntries(keys.flatMap((key) => LOCALES.map((locale) => example(key, locale))));
}

const problems = problemResponses([...SECURED, ...BODY, ...REFUSALS, ...IDEMPOTENCY], PLACES);

const verdict: Response = {
  description:
    'The verdict, good or bad: `resultCode` and `returnCode` carry the same code, the descriptions the same text. All or nothing: one bad record refuses the call.',
  headers: headersNamed('RateLimit-Policy', 'RateLimit', 'Retry-After', 'Idempotent-Replayed'),
  content: {
    'application/json': {
      schema: { oneOf: [schema('CallAdmitted'), schema('CallRefused')] },
      examples: {
        [CODE.SUCCESS]: { summary: titleOf('SUCCESS'), value: ADMITTED },
        ...refusals(REFUSALS),
      },
    },
  },
};

const failed: Response = {
  ...(problems['503'] ?? { description: '' }),
  content: {
    'application/json': { schema: schema('CallRefused'), examples: refusals(['DATABASE_ERROR']) },
    ...problems['503']?.content,
  },
};

export const CALLDATA_PATHS: Paths = {
  '/rest/isales/v2/openapi/campaigns/{vdnId}/calldata/{campaignId}': {
    post: {
      operationId: 'addCallData',
      tags: ['Compatible face'],
      summary: 'Add outbound numbers',
      description: [
        'Answered with the verdict of the worker that admitted the records, with status 200 for success (`0200000`) and for every refusal by a code; `0200006` has status 503. The answers 401, 403, 409, 413, 415 and 422 that no code stands behind are problems.',
        '',
        '`Accept: application/problem+json` turns refusals into problems with the statuses below.',
        '',
        '`Prefer: respond-async` takes the call as an upload, which is paced instead of refused: 202.',
        '',
        '`0200022` comes with `Retry-After`, `RateLimit-Policy` and `RateLimit`; success with the latter two.',
      ].join('\n'),
      security: needs('uploader'),
      parameters: [
        parameter('vdnId'),
        parameter('campaignId'),
        parameter('compatibleLocale'),
        parameter('idempotencyKey'),
        {
          name: 'Prefer',
          in: 'header',
          description:
            '`respond-async` (RFC 7240): take the call as an upload. Other preferences are ignored.',
          schema: { type: 'string' },
          example: 'respond-async',
        },
        {
          ...CONTENT_ENCODING,
          description: `Only with \`Prefer: respond-async\`. ${CONTENT_ENCODING.description}`,
        },
      ],
      requestBody: {
        required: true,
        description:
          'At most 16 MiB, nested at most 64 levels deep; not compressed, unless it is to be taken as an upload: then it may be gzip.',
        content: {
          'application/json': {
            schema: schema('CallDataBody'),
            examples: { record: { summary: 'One record with two numbers', value: EXAMPLE_BODY } },
          },
        },
      },
      responses: {
        '200': verdict,
        '202': {
          description: 'Taken as an upload, which is committed and will be worked off.',
          headers: headersNamed('Location', 'Preference-Applied', 'Idempotent-Replayed'),
          content: {
            'application/json': {
              schema: schema('CallAccepted'),
              examples: { accepted: { value: success({ uploadId: UPLOAD_ID }) } },
            },
          },
        },
        ...problems,
        '503': failed,
        ...otherProblems(),
      },
    },
  },
};
