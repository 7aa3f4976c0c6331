import type { Queryable } from '../database.ts';
import type { Position, Removed } from './removal.ts';
import { FIRST_ID } from './removal.ts';
import { Statement } from './statement.ts';

const statement = new Statement<Removed & Record<string, unknown>>(
  'remove_uploads',
  `WITH due AS MATERIALIZED (
     SELECT id, finished_at
       FROM uploads
      WHERE emptied_at IS NOT NULL
        AND finished_at < (SELECT clock_timestamp() - $1 * interval '1 day')
        AND finished_at >= $2::timestamptz
        AND (finished_at, id) > ($2::timestamptz, $3::uuid)
      ORDER BY finished_at, id
      LIMIT $4
   ), removed AS (
     DELETE FROM uploads
      WHERE id = ANY (ARRAY(
        SELECT free.id
          FROM due
         CROSS JOIN LATERAL (SELECT id FROM uploads WHERE id = due.id LIMIT 1 FOR UPDATE SKIP LOCKED) AS free
         WHERE (SELECT number FROM batches WHERE upload_id = due.id ORDER BY number LIMIT 1) IS NULL
      ))
     RETURNING 1
   )
   SELECT (SELECT count(*)::int FROM removed) AS removed,
          (SELECT count(*)::int FROM due) AS seen,
          last.finished_at::text AS at,
          last.id::text AS id,
          0 AS number
     FROM (SELECT 1) AS one
     LEFT JOIN (SELECT finished_at, id FROM due ORDER BY finished_at DESC, id DESC LIMIT 1) AS last ON true`,
);

/**
 * Looks at up to `limit` uploads behind `after` that ended `days` ago and whose receipts are removed, in the order in which
 * they ended, and removes those of which no batch is left; so a record's upload is there as long as the record. The
 * idempotency key goes with it.
 */
export async function removeUploads(
  on: Queryable,
  days: number,
  after: Position,
  limit: number,
): Promise<Removed> {
  const row = await statement.row(on, [days, after.at, after.id ?? FIRST_ID, limit]);
  if (row === undefined) throw new Error('a count returned no row');
  return row;
}
