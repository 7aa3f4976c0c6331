import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { CODE, DomainError } from '#errors';
import type { Idempotency } from '#ingestion';
import type { ByteObserver } from './byte-observer.ts';

const HEADER = 'idempotency-key';

/** Characters of an Idempotency-Key. */
export const IDEMPOTENCY_KEY_LENGTH = { min: 1, max: 255 };

/** The SHA-256 of a request: its method, its path and query as they were sent, and its body. */
export class RequestDigest implements ByteObserver {
  readonly #hash;
  #digest: Buffer | undefined;

  constructor({ method, url }: FastifyRequest) {
    this.#hash = createHash('sha256').update(`${method} ${url}\n`);
  }

  update(chunk: Buffer): void {
    this.#hash.update(chunk);
  }

  /** Once the body has passed by whole. */
  value(): Buffer {
    return (this.#digest ??= this.#hash.digest());
  }
}

/** Whether a request is to be digested as it is read. */
export function hasIdempotencyKey(request: FastifyRequest): boolean {
  return request.headers[HEADER] !== undefined;
}

/**
 * The Idempotency-Key of a request; null without one.
 *
 * @throws DomainError 02000005 unless it has 1 to 255 characters
 */
export function idempotencyOf(
  request: FastifyRequest,
  body: { readonly requestDigest: RequestDigest | null; readonly isUnproved: boolean },
): Idempotency | null {
  const key = request.headers[HEADER];
  const digest = body.requestDigest;
  if (key === undefined || digest === null) return null;
  if (typeof key !== 'string' || isOutside(key.length)) {
    throw new DomainError({
      code: CODE.LENGTH_OUT_OF_RANGE,
      place: 'Idempotency-Key',
      params: IDEMPOTENCY_KEY_LENGTH,
    });
  }
  return { key, digest: () => digest.value(), isProved: !body.isUnproved };
}

function isOutside(length: number): boolean {
  return length < IDEMPOTENCY_KEY_LENGTH.min || length > IDEMPOTENCY_KEY_LENGTH.max;
}
