import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new access key: 20 characters, 100 random bits. No secret. */
export function newAccessKey(): string {
  // 32 divides 256: every character is as likely as any other.
  return Array.from(randomBytes(20), (byte) => BASE32.charAt(byte % 32)).join('');
}

/** A new secret key: 43 characters (base64url), 256 random bits. */
export function newSecretKey(): string {
  return randomBytes(32).toString('base64url');
}

/** A new bearer token: `dgt_` (so that scanners for leaked secrets can know it) and 43 characters, 256 random bits. */
export function newToken(): string {
  return `dgt_${randomBytes(32).toString('base64url')}`;
}

/**
 * What is stored of a token: its SHA-256, 32 bytes. No salt and no slow hash: a token is random, there is nothing to guess
 * it from.
 */
export function tokenDigest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
