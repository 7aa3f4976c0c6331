import type { Queryable } from '../database.ts';
import type { Position, Removed } from './removal.ts';
import { Statement } from './statement.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

// The records of a batch are one range of their primary key; ORDER BY and LIMIT keep it a look-up for each batch.
const statement = new Statement<Removed & Record<string, unknown>>(
  'remove_uploads',
  `WITH due AS MATERIALIZED (
     SELECT id, finished_at
       FROM uploads
      WHERE receipts_removed_at IS NOT NULL
        AND finished_at < clock_timestamp() - $1 * interval '1 day'
        AND finished_at >= $2::timestamptz
        AND (finished_at, id) > ($2::timestamptz, $3::uuid)
      ORDER BY finished_at, id
      LIMIT $4
   ), free AS MATERIALIZED (
     SELECT u.id
       FROM due
       JOIN uploads u ON u.id = due.id
      WHERE NOT EXISTS (
              SELECT FROM batches b
               CROSS JOIN LATERAL (
                 SELECT FROM records r
                  WHERE r.id >= b.id * 2048 AND r.id < (b.id + 1) * 2048
                  ORDER BY r.id
                  LIMIT 1
               ) AS record
               WHERE b.upload_id = due.id)
        FOR UPDATE OF u SKIP LOCKED
   ), removed AS (
     DELETE FROM uploads u USING free WHERE u.id = free.id RETURNING u.id
   )
   SELECT (SELECT count(*)::int FROM removed) AS removed,
          (SELECT count(*)::int FROM due) AS seen,
          last.finished_at::text AS at,
          last.id::text AS id
     FROM (SELECT 1) AS one
     LEFT JOIN (SELECT finished_at, id FROM due ORDER BY finished_at DESC, id DESC LIMIT 1) AS last ON true`,
);

/**
 * Looks at up to `limit` uploads behind `after` that ended `days` ago and whose receipts are removed, in the order in which
 * they ended, and removes those of which no record is left; so a record's upload is there as long as the record. Batches and
 * idempotency key go with it.
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
