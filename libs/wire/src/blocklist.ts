/** A number to be blocked; without `expiresAt`, or with null, for ever. */
export interface BlockedNumber {
  readonly number: string;
  /** RFC 3339. */
  readonly expiresAt?: string | null;
}

export interface BlockedNumberView {
  readonly number: string;
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

/** What became of the numbers of one request. */
export interface BlocklistCounts {
  readonly added: number;
  readonly updated: number;
  /** Not numbers: left out. */
  readonly invalid: number;
}
