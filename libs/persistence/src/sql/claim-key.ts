/** What a request with an Idempotency-Key says of it. */
export interface KeyClaim {
  readonly key: string;
  /** Of the whole request; null while its body is still to be read. */
  readonly requestDigest: Buffer | null;
}

/**
 * The part of a statement that inserts an upload which claims the request's key with it, where it has one: `claim` is the
 * name of a common table expression that returns `id` and `vdn_id`. The primary key decides between two: the second
 * statement fails as a whole, with 23505.
 */
export function claimKeySql(claim: string, key: string, digest: string): string {
  return `INSERT INTO idempotency_keys (vdn_id, key, upload_id, request_digest)
          SELECT ${claim}.vdn_id, ${key}::text, ${claim}.id, ${digest}::bytea
            FROM ${claim}
           WHERE ${key}::text IS NOT NULL`;
}

/** Whether a statement failed because the Idempotency-Key is taken. */
export function isKeyTaken(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === 'idempotency_keys_pkey';
}
