/** What a key may do; `admin` is allowed all in its VDN, both other roles included. */
export const KEY_ROLES = ['uploader', 'dialer', 'admin'] as const;

export type KeyRole = (typeof KEY_ROLES)[number];

export interface KeyMembers {
  readonly name: string;
  readonly roles: readonly KeyRole[];
  /** RFC 3339; null and absent: it does not expire. */
  readonly expiresAt?: string | null;
}

export interface KeyView {
  readonly accessKey: string;
  readonly vdnId: number;
  readonly name: string;
  readonly roles: readonly KeyRole[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** A key as it is answered once, when it is made. */
export interface IssuedKey extends KeyView {
  readonly secretKey: string;
  readonly token: string;
}
