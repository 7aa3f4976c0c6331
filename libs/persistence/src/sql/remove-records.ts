import type { Queryable } from '../database.ts';
import type { Position, Removed } from './removal.ts';
import { Statement } from './statement.ts';

// Without receipts: the upload's are marked as removed, or it is gone itself.
const statement = new Statement<Removed & Record<string, unknown>>(
  'remove_records',
  `WITH due AS MATERIALIZED (
     SELECT id, ended_at
       FROM records
      WHERE ended_at < (SELECT clock_timestamp() - $1 * interval '1 day')
        AND ended_at >= $2::timestamptz
        AND (ended_at, id) > ($2::timestamptz, $3::bigint)
      ORDER BY ended_at, id
      LIMIT $4
   ), free AS MATERIALIZED (
     SELECT r.id
       FROM due
       JOIN records r ON r.id = due.id
      WHERE NOT EXISTS (
              SELECT FROM batches b JOIN uploads u ON u.id = b.upload_id
               WHERE b.id = due.id / 2048 AND u.receipts_removed_at IS NULL)
        FOR UPDATE OF r SKIP LOCKED
   ), removed AS (
     DELETE FROM records r USING free WHERE r.id = free.id RETURNING r.id
   )
   SELECT (SELECT count(*)::int FROM removed) AS removed,
          (SELECT count(*)::int FROM due) AS seen,
          last.ended_at::text AS at,
          last.id::text AS id,
          0 AS number
     FROM (SELECT 1) AS one
     LEFT JOIN (SELECT ended_at, id FROM due ORDER BY ended_at DESC, id DESC LIMIT 1) AS last ON true`,
);

/**
 * Looks at up to `limit` records behind `after` that ended `days` ago, in the order in which they ended, and removes those
 * without receipts. The campaigns' counters of ended records stay.
 */
export async function removeRecords(
  on: Queryable,
  days: number,
  after: Position,
  limit: number,
): Promise<Removed> {
  const row = await statement.row(on, [days, after.at, after.id ?? '0', limit]);
  if (row === undefined) throw new Error('a count returned no row');
  return row;
}
