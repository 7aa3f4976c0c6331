import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement<{ answer: object }>(
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
  const kept = await statement.row(on, [uploadId, JSON.stringify(answer)]);
  return kept === undefined ? answer : (kept.answer as T);
}
