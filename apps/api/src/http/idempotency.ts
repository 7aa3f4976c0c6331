import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { parseCampaignId, parseVdnId } from '#domain';
import type { Fault } from '#errors';
import { CODE, DomainError } from '#errors';
import type { Idempotency } from '#ingestion';
import type { ByteObserver } from './byte-observer.ts';

const HEADER = 'idempotency-key';

/** Characters of an Idempotency-Key. */
export const IDEMPOTENCY_KEY_LENGTH = { min: 1, max: 255 };

/**
 * The SHA-256 of a request: its method and route, the IDs in its path (`01` is 1), and its query and body as they were sent.
 * What its header fields prefer does not make it another one.
 */
export class RequestDigest implements ByteObserver {
  readonly #hash;
  #digest: Buffer | undefined;

  constructor({ method, url, routeOptions, params }: FastifyRequest) {
    const { vdnId = '', campaignId = '' } = params as { vdnId?: string; campaignId?: string };
    const mark = url.indexOf('?');
    const said = [
      method,
      routeOptions.url,
      orAsSent(parseVdnId(vdnId), vdnId),
      orAsSent(parseCampaignId(campaignId), campaignId),
      mark < 0 ? '' : url.slice(mark + 1),
    ];
    this.#hash = createHash('sha256').update(`${JSON.stringify(said)}\n`);
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
  const text = typeof key === 'string' ? asText(key) : '';
  if (isOutside(Array.from(text).length)) {
    throw new DomainError({
      code: CODE.LENGTH_OUT_OF_RANGE,
      place: 'Idempotency-Key',
      params: IDEMPOTENCY_KEY_LENGTH,
    });
  }
  return { key: text, digest: () => digest.value(), isProved: !body.isUnproved };
}

/** A request with a wrong ID is refused before its digest is asked for. */
function orAsSent(id: number | Fault, sent: string): number | string {
  return typeof id === 'number' ? id : sent;
}

/** Node gives a field as one character a byte; clients that send other than ASCII send UTF-8, or else Latin-1. */
function asText(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : value;
}

function isOutside(length: number): boolean {
  return length < IDEMPOTENCY_KEY_LENGTH.min || length > IDEMPOTENCY_KEY_LENGTH.max;
}
