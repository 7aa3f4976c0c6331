import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** The first byte of what is sealed: its form, so that there can be another one day. */
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/** A sealed secret cannot be opened. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/**
 * Seals the secrets that have to be had in clear (HMAC needs them), so that a stolen database does not give them away:
 * AES-256-GCM under a key derived from the master key (HKDF-SHA256, RFC 5869), a random 96-bit IV each, bound to the
 * access key that the secret belongs to.
 */
export class SecretBox {
  readonly #key: Buffer;

  /** @param masterKey DIALGATE_MASTER_KEY, 32 bytes */
  constructor(masterKey: Buffer) {
    this.#key = Buffer.from(hkdfSync('sha256', masterKey, '', 'dialgate secret keys', 32));
  }

  /** @returns version, IV, tag, ciphertext: 29 bytes more than the secret */
  seal(secret: string, accessKey: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(accessKey));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws SealError where it was sealed under another master key or for another access key, or was altered */
  open(sealed: Uint8Array, accessKey: string): string {
    if (sealed[0] !== VERSION || sealed.length < HEAD_BYTES) {
      throw new SealError('A stored secret key is not in a form that this version knows.');
    }
    const iv = sealed.subarray(1, 1 + IV_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#key, iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(accessKey))
      .setAuthTag(sealed.subarray(1 + IV_BYTES, HEAD_BYTES));
    const secret = decipher.update(sealed.subarray(HEAD_BYTES));
    try {
      return Buffer.concat([secret, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new SealError(
        'A stored secret key does not open: DIALGATE_MASTER_KEY is not the one that it was stored under, or it was altered.',
        { cause },
      );
    }
  }
}
