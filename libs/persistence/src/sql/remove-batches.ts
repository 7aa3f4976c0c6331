import type { Queryable } from '../database.ts';
import type { Position, Removed } from './removal.ts';
import { FIRST_ID } from './removal.ts';
import { Statement } from './statement.ts';

// The records of a batch are one range of their primary key; the limits keep all look-ups in indexes.
const statement = new Statement<Removed & Record<string, unknown>>(
  'remove_batches',
  `WITH due AS MATERIALIZED (
     SELECT b.id, b.number, u.id AS upload_id, u.finished_at
       FROM (SELECT id, finished_at
               FROM uploads
              WHERE emptied_at IS NOT NULL
                AND finished_at < (SELECT clock_timestamp() - $1 * interval '1 day')
                AND finished_at >= $2::timestamptz
                AND (finished_at, id) >= ($2::timestamptz, $3::uuid)
              ORDER BY finished_at, id) AS u
      CROSS JOIN LATERAL (
              SELECT id, number
                FROM batches
               WHERE upload_id = u.id
                 AND number > CASE WHEN u.finished_at = $2::timestamptz AND u.id = $3::uuid THEN $4::int ELSE 0 END
               ORDER BY number
               LIMIT $5
            ) AS b
      LIMIT $5
   ), removed AS (
     DELETE FROM batches
      WHERE id = ANY (ARRAY(
        SELECT free.id
          FROM due
         CROSS JOIN LATERAL (SELECT id FROM batches WHERE id = due.id LIMIT 1 FOR UPDATE SKIP LOCKED) AS free
         WHERE (SELECT id FROM records
                 WHERE id >= due.id * 2048 AND id < (due.id + 1) * 2048 ORDER BY id LIMIT 1) IS NULL
      ))
     RETURNING 1
   )
   SELECT (SELECT count(*)::int FROM removed) AS removed,
          (SELECT count(*)::int FROM due) AS seen,
          last.finished_at::text AS at,
          last.upload_id::text AS id,
          last.number
     FROM (SELECT 1) AS one
     LEFT JOIN (SELECT finished_at, upload_id, number
                  FROM due ORDER BY finished_at DESC, upload_id DESC, number DESC LIMIT 1) AS last ON true`,
);

/**
 * Looks at up to `limit` batches behind `after` of uploads that ended `days` ago and whose receipts are removed, in the order
 * in which the uploads ended, and removes those of which no record is left.
 */
export async function removeBatches(
  on: Queryable,
  days: number,
  after: Position,
  limit: number,
): Promise<Removed> {
  const row = await statement.row(on, [days, after.at, after.id ?? FIRST_ID, after.number, limit]);
  if (row === undefined) throw new Error('a count returned no row');
  return row;
}
