import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

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

const remember = new Statement<{ answer: object }>(
  'remember_answer',
  `UPDATE idempotency_keys SET answer = COALESCE(answer, $2::json) WHERE upload_id = $1 RETURNING answer`,
);

/**
 * Keeps what is answered to the request that brought an upload about, unless an answer is kept already; answers with the one
 * that is kept. The first request and its repetitions may come here in any order, and all get the same.
 */
export async function rememberAnswer<T extends object>(
  on: Queryable,
  uploadId: string,
  answer: T,
): Promise<T> {
  const kept = await remember.row(on, [uploadId, JSON.stringify(answer)]);
  return kept === undefined ? answer : (kept.answer as T);
}
