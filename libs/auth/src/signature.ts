import { createHmac } from 'node:crypto';

/** A running HMAC. */
export type RunningHmac = ReturnType<typeof createHmac>;

/**
 * The HMAC of a canonical request, fed with all but its body. The key depends on headers alone, so that what follows can
 * be fed as it streams.
 *
 * @param prefix the authorization up to its signature
 * @param head the canonical request up to its body, one character a byte
 */
export function startSignature(secretKey: string, prefix: string, head: string): RunningHmac {
  const signingKey = createHmac('sha256', secretKey).update(prefix).digest('hex');
  return createHmac('sha256', signingKey).update(head, 'latin1');
}
