import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Authorization } from './authorization.ts';
import type { SignedRequest } from './canonical-request.ts';
import { canonicalHeads } from './canonical-request.ts';
import { percentEncodeChunk } from './percent-encode.ts';
import type { RunningHmac } from './signature.ts';
import { startSignature } from './signature.ts';

/** Stands for the secret of a key that does not exist. Nobody can sign with it: it is drawn anew in every process. */
const NOBODYS_SECRET = randomBytes(32).toString('base64url');

/**
 * Checks a signature while the request's body streams. Only when all of the body went through `update` and `verify` said
 * yes may the request take effect.
 *
 * The body is encoded once, whatever the number of variants that the request allows; each variant has an HMAC of its
 * own, as they differ before the body. Nothing of the body is kept.
 */
export class SignatureCheck {
  readonly #hmacs: readonly RunningHmac[];
  readonly #signature: Buffer;

  private constructor(hmacs: readonly RunningHmac[], signature: Buffer) {
    this.#hmacs = hmacs;
    this.#signature = signature;
  }

  /**
   * @param secretKey null where the access key is unknown or may no longer be used: the same work is done, and no
   *   signature is right
   * @returns null where no signature can match the request, whatever the secret
   */
  static begin(
    authorization: Authorization,
    secretKey: string | null,
    request: SignedRequest,
  ): SignatureCheck | null {
    const { prefix, signedHeaders, signature } = authorization;
    const heads = canonicalHeads(signedHeaders, request);
    if (heads === null) return null;
    const hmacs = heads.map((head) => startSignature(secretKey ?? NOBODYS_SECRET, prefix, head));
    return new SignatureCheck(hmacs, Buffer.from(signature, 'hex'));
  }

  /** The next bytes of the body, as sent: before any decompression. Cut anywhere. */
  update(chunk: Uint8Array): void {
    percentEncodeChunk(chunk, (encoded) => {
      for (const hmac of this.#hmacs) hmac.update(encoded);
    });
  }

  /** Whether the signature is that of the request and the body given so far. Ends the check; compares in constant time. */
  verify(): boolean {
    let matches = 0;
    for (const hmac of this.#hmacs) {
      matches += timingSafeEqual(hmac.digest(), this.#signature) ? 1 : 0;
    }
    return matches > 0;
  }
}
