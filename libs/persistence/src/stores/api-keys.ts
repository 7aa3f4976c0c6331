import type { Database } from '../database.ts';
import type { ApiKey } from '../generated/prisma/client.ts';
import type { Role } from '../generated/prisma/enums.ts';
import { findKeyByAccessKey } from '../sql/find-key-by-access-key.ts';
import type { SealedKey } from '../sql/find-key-by-access-key.ts';
import { findKeyByToken } from '../sql/find-key-by-token.ts';
import type { GoodKey } from '../sql/good-key-sql.ts';
import { revokeKey } from '../sql/revoke-key.ts';

export type { ApiKey, Role };

export interface NewApiKey {
  readonly accessKey: string;
  readonly vdnId: number;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly sealedSecret: Uint8Array<ArrayBuffer>;
  readonly tokenDigest: Uint8Array<ArrayBuffer>;
  readonly expiresAt: Date | null;
}

export class ApiKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(key: NewApiKey): Promise<ApiKey> {
    return this.#database.prisma.apiKey.create({ data: { ...key, roles: [...key.roles] } });
  }

  /** The oldest key that is not revoked, expired or not; null: there is none. */
  async findOldest(): Promise<ApiKey | null> {
    return this.#database.prisma.apiKey.findFirst({
      where: { revokedAt: null },
      orderBy: [{ createdAt: 'asc' }, { accessKey: 'asc' }],
    });
  }

  /** The key that a token belongs to, if it is good. @param tokenDigest SHA-256 of the token */
  findByToken(tokenDigest: Buffer): Promise<GoodKey | undefined> {
    return findKeyByToken(this.#database.pool, tokenDigest);
  }

  /** The key to check a signature with, if it is good. */
  findByAccessKey(accessKey: string): Promise<SealedKey | undefined> {
    return findKeyByAccessKey(this.#database.pool, accessKey);
  }

  /** Up to `limit` keys of a VDN, in the order of their access keys, after `after`; revoked ones too. */
  async list(vdnId: number, limit: number, after: string | null): Promise<ApiKey[]> {
    return this.#database.prisma.apiKey.findMany({
      where: { vdnId, ...(after === null ? {} : { accessKey: { gt: after } }) },
      orderBy: { accessKey: 'asc' },
      take: limit,
    });
  }

  /** Revokes a key, from now on and for good; false when the VDN has no such key. Again is as good as once. */
  revoke(vdnId: number, accessKey: string): Promise<boolean> {
    return revokeKey(this.#database.pool, vdnId, accessKey);
  }
}
