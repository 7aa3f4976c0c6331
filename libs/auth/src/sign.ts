import { parseAuthorization } from './authorization.ts';
import { canonicalHeads } from './canonical-request.ts';
import { percentEncodeChunk } from './percent-encode.ts';
import type { RunningHmac } from './signature.ts';
import { startSignature } from './signature.ts';

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A request to be signed. */
export interface UnsignedRequest {
  readonly method: string;
  /** Path and query, as they will be sent. */
  readonly url: string;
  /** The headers to sign, `host` among them, with the values that will be sent: one character a byte. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTC, as `Date.prototype.toISOString` writes it, or without the milliseconds. */
  readonly timestamp: string;
}

/** Signs a request whose body comes in chunks: a header precedes its body, so the body must be gone through before. */
export class Signing {
  readonly #prefix: string;
  readonly #hmac: RunningHmac;

  /** @throws TypeError for a request that cannot be signed; the reason is in its message */
  constructor({ accessKey, secretKey }: Credentials, request: UnsignedRequest) {
    const headers = Object.entries(request.headers).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]);
    const names = headers.map(([name = '']) => name).sort();
    this.#prefix = `auth-v2/${accessKey}/${request.timestamp}/${names.join(';')}`;
    if (parseAuthorization(`${this.#prefix}/${'0'.repeat(64)}`) === null) {
      throw new TypeError('no signature can be made of this access key, timestamp and headers');
    }
    const { method, url } = request;
    const [head] = canonicalHeads(names, { method, url, rawHeaders: headers.flat() }) ?? [];
    if (head === undefined) throw new TypeError('the query holds a malformed escape');
    this.#hmac = startSignature(secretKey, this.#prefix, head);
  }

  update(chunk: Uint8Array): this {
    percentEncodeChunk(chunk, (encoded) => this.#hmac.update(encoded));
    return this;
  }

  /** The value of `Authorization`. Ends the signing. */
  authorization(): string {
    return `${this.#prefix}/${this.#hmac.digest('hex')}`;
  }
}

/**
 * The value of `Authorization` for a request.
 *
 * @throws TypeError as the constructor of `Signing`
 */
export function sign(
  credentials: Credentials,
  request: UnsignedRequest,
  body: Uint8Array | string = '',
): string {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return new Signing(credentials, request).update(bytes).authorization();
}
