import { LOCALES } from '#errors';
import { BATCH_ID, MAX_CAMPAIGN_ID, MAX_VDN_ID } from '#domain';
import { IDEMPOTENCY_KEY_LENGTH } from '../http/idempotency.ts';
import { DEFAULT_LIMIT, PAGE_LIMITS } from '../http/query.pipe.ts';
import type { Parameter } from './types.ts';

/** Not shared by reference: one operation says more about it. */
export const CONTENT_ENCODING = {
  name: 'Content-Encoding',
  in: 'header',
  description: 'How the body is compressed. Limits hold for what was sent and for what comes out.',
  schema: { type: 'string', enum: ['gzip', 'x-gzip', 'identity'] },
} as const;

/** Parameters that more than one operation has. */
export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  vdnId: {
    name: 'vdnId',
    in: 'path',
    required: true,
    description: 'The VDN: the tenant that everything belongs to.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_VDN_ID },
    example: 1,
  },
  campaignId: {
    name: 'campaignId',
    in: 'path',
    required: true,
    description: 'The campaign.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_CAMPAIGN_ID },
    example: 46,
  },
  uploadId: {
    name: 'uploadId',
    in: 'path',
    required: true,
    description: 'The upload.',
    schema: { type: 'string', format: 'uuid' },
    example: '019a5f0c-7d1e-7c44-9a55-3f1c2b6d8e90',
  },
  limit: {
    name: 'limit',
    in: 'query',
    description: 'Most items of the page.',
    schema: {
      type: 'integer',
      minimum: PAGE_LIMITS.min,
      maximum: PAGE_LIMITS.max,
      default: DEFAULT_LIMIT,
    },
  },
  cursor: {
    name: 'cursor',
    in: 'query',
    description: 'Where to go on: `nextCursor` of the page before. Opaque.',
    schema: { type: 'string' },
  },
  batchId: {
    name: 'batchId',
    in: 'query',
    description: "The sender's own name of the upload; it wins over one in the body.",
    schema: { type: 'string', maxLength: BATCH_ID.max },
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A call that took effect spends its key: the same request again gets the same answer, with `Idempotent-Replayed: true`; another request 422. While the first is being served an equal one gets 409, and another 422 as soon as the two can be told apart. A refused call leaves its key free. Keys belong to a VDN and are kept for at least 24 hours.',
    schema: {
      type: 'string',
      minLength: IDEMPOTENCY_KEY_LENGTH.min,
      maxLength: IDEMPOTENCY_KEY_LENGTH.max,
    },
  },
  locale: {
    name: 'locale',
    in: 'header',
    description: 'The language of descriptions. Any other value counts as `en_US`.',
    schema: { type: 'string', enum: LOCALES, default: 'en_US' },
  },
  compatibleLocale: {
    name: 'locale',
    in: 'header',
    description: 'The language of descriptions. Any other value counts as `zh_CN`.',
    schema: { type: 'string', enum: LOCALES, default: 'zh_CN' },
  },
};
