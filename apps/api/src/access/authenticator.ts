import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { bearerToken, isWithinWindow, parseAuthorization, SignatureCheck } from '#auth';
import type { Authorization, OperatorToken } from '#auth';
import { ProblemError } from '#errors';
import { requireGoodKey } from '#ingestion';
import type { KeyRing } from '#ingestion';
import type { Database, GoodKey } from '#persistence';
import { useSignature } from '#persistence';
import { IncomingBody } from '../http/incoming-body.ts';
import { pathAndQuery } from '../http/request-target.ts';
import type { Caller } from './caller.ts';
import { OPERATOR } from './caller.ts';

/** What is read of a body that is signed with a key that does not exist: as much as of any that is refused. */
const MAX_UNKNOWN_BYTES = 16 * 1024 * 1024;

const unauthorized = (): ProblemError => new ProblemError({ problem: 'UNAUTHORIZED' });

/**
 * Finds out who a request comes from. Whatever is wrong with its credentials (none, unknown, expired, revoked, used before,
 * not of this request), the answer is one and the same.
 */
export class Authenticator {
  readonly #database: Database;
  readonly #keys: KeyRing;
  readonly #operator: OperatorToken;
  readonly #windowSeconds: number;

  constructor(database: Database, keys: KeyRing, operator: OperatorToken, windowSeconds: number) {
    this.#database = database;
    this.#keys = keys;
    this.#operator = operator;
    this.#windowSeconds = windowSeconds;
  }

  /**
   * @param streamed whether the handler reads the body as a stream: its signature is then proved, and used up, at its end, and
   *   reading it fails there if it is wrong. Of every other body, reading it fails at its end if its key is not good any more
   * @throws ProblemError UNAUTHORIZED; what reading a body throws
   */
  async authenticate(request: FastifyRequest, streamed: boolean): Promise<Caller> {
    // Node would take the first of several.
    const [header, ...others] = request.raw.headersDistinct.authorization ?? [];
    if (others.length > 0) throw unauthorized();
    const token = bearerToken(header);
    if (token !== null) return this.#byToken(request, token, streamed);
    const authorization = parseAuthorization(header);
    if (authorization === null) throw unauthorized();
    return this.#bySignature(request, authorization, streamed);
  }

  async #byToken(request: FastifyRequest, token: string, streamed: boolean): Promise<Caller> {
    if (this.#operator.matches(token)) return OPERATOR;
    const key = await this.#keys.findByToken(token);
    if (key === undefined) throw unauthorized();
    if (!streamed) this.#askAgain(request, key);
    return callerWith(key);
  }

  async #bySignature(
    request: FastifyRequest,
    authorization: Authorization,
    streamed: boolean,
  ): Promise<Caller> {
    if (!isWithinWindow(authorization.time, Date.now(), this.#windowSeconds)) throw unauthorized();
    const found = await this.#keys.findByAccessKey(authorization.accessKey);
    const { method, originalUrl, raw } = request;
    const url = pathAndQuery(originalUrl);
    const { rawHeaders } = raw;
    const secretKey = found?.secretKey ?? null;
    const check = SignatureCheck.begin(authorization, secretKey, { method, url, rawHeaders });
    if (check === null) throw unauthorized();
    const { body } = request;
    const update = (chunk: Buffer): void => {
      check.update(chunk);
    };
    if (found === undefined) {
      if (body instanceof IncomingBody) {
        // What it takes with a key that exists, but no more than any refused body may cost, and without keeping any of it.
        body.observe({ update });
        await body.skim(MAX_UNKNOWN_BYTES);
      }
      check.verify();
      throw unauthorized();
    }
    const prove = async (): Promise<void> => {
      if (!check.verify()) throw unauthorized();
      await this.#useOnce(method, authorization);
    };
    if (!(body instanceof IncomingBody)) {
      await prove();
    } else {
      body.observe({ update, end: prove, isProof: true });
      if (!streamed) {
        this.#askAgain(request, found.key);
        await body.bytes();
      }
    }
    return callerWith(found.key);
  }

  /**
   * Looks at a key once more when the body has come to its end, unless it was there in whole when the key was found: its
   * sender may have taken its time, and the key may have been revoked meanwhile. What streams a body asks by itself, in the
   * statement by which it takes effect.
   */
  #askAgain({ body, raw }: FastifyRequest, { accessKey }: GoodKey): void {
    if (!(body instanceof IncomingBody) || raw.complete) return;
    body.observe({ end: () => requireGoodKey(this.#database.pool, accessKey) });
  }

  /**
   * A signature is good for one changing request, also when that was refused. It is used up when it is proved, and before
   * anything takes effect: nobody who does not know the secret can use up another's, and of two at once the second fails.
   */
  async #useOnce(method: string, { prefix, signature }: Authorization): Promise<void> {
    if (method === 'GET' || method === 'HEAD') return;
    const digest = createHash('sha256').update(`${prefix}/${signature}`).digest();
    // It can be used until its timestamp leaves the window, which it may have entered early by as much.
    if (!(await useSignature(this.#database.pool, digest, 2 * this.#windowSeconds + 1))) {
      throw unauthorized();
    }
  }
}

function callerWith({ accessKey, vdnId, roles }: GoodKey): Caller {
  return { kind: 'key', accessKey, vdnId, roles };
}
