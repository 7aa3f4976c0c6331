import { Readable } from 'node:stream';
import type { JsonBody, ListLimits } from '#domain';
import { CODE, DomainError, ProblemError } from '#errors';
import { MAX_JSON_BYTES, readJson, wholeBody } from '#ingestion';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ByteObserver } from './byte-observer.ts';
import { hasIdempotencyKey, RequestDigest } from './idempotency.ts';
import { inflate } from './inflate.ts';
import { receive } from './sender.ts';
import type { MinimumRate } from './sender.ts';

/** What bodies are held to. */
export interface BodyLimits {
  readonly rate: MinimumRate;
  /** Of the largest body that there may be; once more as much is read of a refused one, for its signature alone. */
  readonly maxBytes: number;
}

/** What a JSON body may be. */
interface JsonForm {
  /** Its long list; null: it has none. */
  readonly list?: ListLimits | null;
  /** Items of it that are kept; all are looked at. */
  readonly keep?: number;
  /** Otherwise it must be sent as it is. */
  readonly mayBeGzip?: boolean;
}

/**
 * The body of a request, not yet read: a controller's pipes read it after the guards have let the request through, so that
 * nobody without credentials has anything read or parsed.
 */
export class IncomingBody {
  /** `type/subtype`, lower case; empty where the request names none. */
  readonly mediaType: string;
  /** In which its text is written, lower case; empty where the request names none. */
  readonly #charset: string;
  /** How it is encoded, lower case, in the order in which that was done; empty where it is not. */
  readonly #codings: readonly string[];
  readonly #declaredLength: number;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #maxReadAwayBytes: number;
  readonly #observers: ByteObserver[] = [];
  /** Whether its end has come, or never will. */
  #over = false;
  #bytes: Promise<Buffer> | undefined;
  /** Of the request, for its Idempotency-Key; null without one. */
  readonly requestDigest: RequestDigest | null;

  /**
   * @param stream its bytes as they were sent; nothing is read of it before somebody asks for it
   * @param maxBytes of the largest body that there may be
   */
  constructor(request: FastifyRequest, stream: AsyncIterable<Buffer>, maxBytes: number) {
    const [mediaType = '', ...parameters] = (request.headers['content-type'] ?? '')
      .toLowerCase()
      .split(';');
    this.mediaType = mediaType.trim();
    this.#charset = charsetOf(parameters);
    this.#codings = (request.headers['content-encoding'] ?? '')
      .split(',')
      .map((coding) => coding.trim().toLowerCase())
      .filter((coding) => coding !== '' && coding !== 'identity');
    this.#declaredLength = Number(request.headers['content-length'] ?? 0);
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#maxReadAwayBytes = Math.max(maxBytes, MAX_JSON_BYTES);
    this.requestDigest = hasIdempotencyKey(request) ? new RequestDigest(request) : null;
    if (this.requestDigest !== null) this.observe(this.requestDigest);
  }

  /** Before the body is read. */
  observe(observer: ByteObserver): void {
    this.#observers.push(observer);
  }

  /**
   * What was sent, of one of these types, inflated if it is gzip. May be called once.
   *
   * @param maxBytes neither what is sent nor what comes out of it may be larger; the first so that a body that inflates to
   *   nothing ends as well
   * @throws ProblemError TOO_LARGE, UNSUPPORTED_MEDIA_TYPE at once, for what its head says, in this order
   * @throws ProblemError TOO_LARGE, BROKEN_CONTAINER, REQUEST_TIMEOUT while it is read
   */
  content(types: readonly string[], maxBytes: number): AsyncIterable<Buffer> {
    this.#checkDeclaredLength(maxBytes);
    this.#checkType(types);
    const isGzip = this.#isGzip();
    const sent = atMost(maxBytes, this.#sent());
    return isGzip ? atMost(maxBytes, inflate(sent)) : sent;
  }

  /**
   * The bytes as they were sent, whole, however often they are asked for.
   *
   * @throws ProblemError TOO_LARGE beyond 16 MiB, REQUEST_TIMEOUT
   */
  bytes(): Promise<Buffer> {
    return (this.#bytes ??= this.#readWhole());
  }

  async #readWhole(): Promise<Buffer> {
    this.#checkDeclaredLength(MAX_JSON_BYTES);
    return wholeBody(atMost(MAX_JSON_BYTES, this.#sent()));
  }

  /**
   * A body that is one JSON text of at most 16 MiB, as it was sent and, if it is gzip, inflated.
   *
   * @throws ProblemError TOO_LARGE, UNSUPPORTED_MEDIA_TYPE for what its head says, in this order; TOO_LARGE, REQUEST_TIMEOUT
   * @throws DomainError 02000008
   */
  async json({ list = null, keep, mayBeGzip = false }: JsonForm = {}): Promise<JsonBody> {
    this.#checkDeclaredLength(MAX_JSON_BYTES);
    this.#checkType(['application/json']);
    if (!mayBeGzip && this.#codings.length > 0) throw unsupportedCoding('identity');
    const isGzip = this.#isGzip();
    const sent = await this.bytes();
    return readJson(isGzip ? await inflateJson(sent) : sent, list, keep);
  }

  /** Whether its signature is proved at its end, and that is still to come. */
  get isUnproved(): boolean {
    return !this.#over && this.#observers.some((observer) => observer.isProof === true);
  }

  /**
   * Reads what is left of it, for its observers alone, and keeps nothing: once more as much as a body may have, so that one
   * that is too large comes to its end as well.
   *
   * @throws ProblemError TOO_LARGE, REQUEST_TIMEOUT; what an observer throws at its end
   */
  async readAway(): Promise<void> {
    const rest = atMost(this.#maxReadAwayBytes, this.#sent());
    while ((await rest.next()).done !== true);
  }

  /**
   * Reads it for its observers alone to its end, but no more than the first `bytes` of it.
   *
   * @throws ProblemError REQUEST_TIMEOUT
   */
  async skim(bytes: number): Promise<void> {
    let length = 0;
    for await (const chunk of this.#sent()) {
      length += chunk.length;
      if (length > bytes) return;
    }
  }

  #checkType(types: readonly string[]): void {
    if (!types.includes(this.mediaType)) throw unsupported(types.join(', '));
    if (!CHARSETS.has(this.#charset)) throw unsupportedCharset();
  }

  #isGzip(): boolean {
    const [coding, ...further] = this.#codings;
    if (coding === undefined) return false;
    if (!GZIP.has(coding) || further.length > 0) throw unsupportedCoding('gzip, identity');
    return true;
  }

  #checkDeclaredLength(maxBytes: number): void {
    if (this.#declaredLength > maxBytes) throw tooLarge(maxBytes);
  }

  /**
   * The bytes as they were sent, each seen by the observers before it is used. Who stops in the middle leaves the rest to the
   * next one who asks.
   */
  async *#sent(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = await this.#next();
      if (chunk === undefined) return;
      for (const observer of this.#observers) observer.update?.(chunk);
      yield chunk;
    }
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      const next = await this.#chunks.next();
      if (next.done !== true) return next.value;
    } catch (error) {
      this.#over = true;
      throw error;
    }
    this.#over = true;
    for (const observer of this.#observers) await observer.end?.();
    return undefined;
  }
}

/** Two tokens (RFC 9110, 8.3.1), and parameters that do not matter here. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/** What a body is whose type cannot be read (RFC 9110, 8.3). */
const UNKNOWN_TYPE = 'application/octet-stream';

/** What is UTF-8, or a part of it. */
const CHARSETS: ReadonlySet<string> = new Set(['', 'utf-8', 'utf8', 'us-ascii']);

/** The value of `charset`, which may stand in quotes. */
function charsetOf(parameters: readonly string[]): string {
  for (const parameter of parameters) {
    const [, value] = /^\s*charset\s*=\s*"?(.*?)"?\s*$/.exec(parameter) ?? [];
    if (value !== undefined) return value;
  }
  return '';
}

/** The second name is as old as HTTP, and means the same (RFC 9110, 8.4.1.3). */
const GZIP: ReadonlySet<string> = new Set(['gzip', 'x-gzip']);

async function* atMost(maxBytes: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

/** What is no gzip cannot be converted, as what is no JSON: there is a code for it. */
async function inflateJson(sent: Buffer): Promise<Buffer> {
  try {
    return await wholeBody(atMost(MAX_JSON_BYTES, inflate(Readable.from([sent]))));
  } catch (error) {
    if (!(error instanceof ProblemError) || error.fault.problem !== 'BROKEN_CONTAINER') throw error;
    const params = { expected: 'gzip' };
    const fault = { code: CODE.NOT_CONVERTIBLE, place: 'body', params };
    throw new DomainError(fault, { cause: error });
  }
}

export function unsupported(allowed: string): ProblemError {
  return new ProblemError({ problem: 'UNSUPPORTED_MEDIA_TYPE', params: { allowed } });
}

function unsupportedCoding(allowed: string): ProblemError {
  const place = 'Content-Encoding';
  return new ProblemError({ problem: 'UNSUPPORTED_MEDIA_TYPE', place, params: { allowed } });
}

function unsupportedCharset(): ProblemError {
  const place = 'Content-Type';
  const params = { allowed: 'charset=utf-8' };
  return new ProblemError({ problem: 'UNSUPPORTED_MEDIA_TYPE', place, params });
}

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError({ problem: 'TOO_LARGE', params: { maxBytes } });
}

/** Has every body, of whatever type, come to the controllers as an IncomingBody instead of being parsed. */
export function leaveBodiesUnread(fastify: FastifyInstance, { rate, maxBytes }: BodyLimits): void {
  // Fastify would refuse these types by itself, before anybody was asked who they are.
  fastify.addHook('onRequest', ({ raw: { method, headers } }, _reply, done) => {
    const type = headers['content-type'] ?? (method === 'QUERY' ? '' : undefined);
    if (type !== undefined && !MEDIA_TYPE.test(type)) headers['content-type'] = UNKNOWN_TYPE;
    done();
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request, _payload, done) => {
    done(null, new IncomingBody(request, receive(request.raw, rate), maxBytes));
  });
}
