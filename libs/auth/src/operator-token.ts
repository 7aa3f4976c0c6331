import { timingSafeEqual } from 'node:crypto';
import { tokenDigest } from './secrets.ts';

/** The operator's own token, which may do everything everywhere. */
export class OperatorToken {
  readonly #digest: Buffer;

  constructor(token: string) {
    this.#digest = tokenDigest(token);
  }

  /** Compared as digests: of equal length whatever is sent, and in constant time. */
  matches(token: string): boolean {
    return timingSafeEqual(tokenDigest(token), this.#digest);
  }
}
