import { newAccessKey, newSecretKey, newToken, SealError, tokenDigest } from '#auth';
import type { Role, SecretBox } from '#auth';
import type { ApiKey, ApiKeyStore, GoodKey } from '#persistence';

export interface KeyRequest {
  readonly vdnId: number;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Null: it does not expire. */
  readonly expiresAt: Date | null;
}

/** A key with its secrets, which are told once and never again. */
export interface IssuedKey {
  readonly key: ApiKey;
  readonly secretKey: string;
  readonly token: string;
}

/** A good key with the secret that its signatures are made with. */
export interface SigningKey {
  readonly key: GoodKey;
  readonly secretKey: string;
}

/** The stored keys do not open under the master key that was set. Programs end with `exitCode`. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
  readonly exitCode = 2;

  constructor(cause: SealError) {
    super(
      'DIALGATE_MASTER_KEY is not the one that the keys in the database are stored under: set that one. If it is lost, ' +
        'revoke all keys (UPDATE api_keys SET revoked_at = now() WHERE revoked_at IS NULL), and make new ones.',
      { cause },
    );
  }
}

/** The keys of all VDNs: makes them, and says which are good. */
export class KeyRing {
  readonly #store: ApiKeyStore;
  readonly #box: SecretBox;

  constructor(store: ApiKeyStore, box: SecretBox) {
    this.#store = store;
    this.#box = box;
  }

  /**
   * Tries the master key on the oldest key that is not revoked. With a wrong one every signed request would be answered
   * by 500, and what is made under it would be lost with the right one.
   *
   * @throws MasterKeyError when it does not open
   */
  async assertMasterKey(): Promise<void> {
    const oldest = await this.#store.findOldest();
    if (oldest === null) return;
    try {
      this.#box.open(oldest.sealedSecret, oldest.accessKey);
    } catch (cause) {
      if (cause instanceof SealError) throw new MasterKeyError(cause);
      throw cause;
    }
  }

  async issue({ vdnId, name, roles, expiresAt }: KeyRequest): Promise<IssuedKey> {
    const accessKey = newAccessKey();
    const secretKey = newSecretKey();
    const token = newToken();
    const key = await this.#store.create({
      accessKey,
      vdnId,
      name,
      roles: Array.from(new Set(roles)),
      sealedSecret: new Uint8Array(this.#box.seal(secretKey, accessKey)),
      tokenDigest: new Uint8Array(tokenDigest(token)),
      expiresAt,
    });
    return { key, secretKey, token };
  }

  /** The key that a token belongs to; undefined when there is none, or it is expired or revoked. */
  findByToken(token: string): Promise<GoodKey | undefined> {
    return this.#store.findByToken(tokenDigest(token));
  }

  /** The key to check a signature with; undefined when there is none, or it is expired or revoked. */
  async findByAccessKey(accessKey: string): Promise<SigningKey | undefined> {
    const found = await this.#store.findByAccessKey(accessKey);
    if (found === undefined) return undefined;
    const { sealedSecret, ...key } = found;
    return { key, secretKey: this.#box.open(sealedSecret, accessKey) };
  }
}
