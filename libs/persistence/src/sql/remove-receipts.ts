import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

// What was never decided lies in the batches behind those that are done, of a dry run in all. A batch of which nothing was
// admitted goes whole; one that was admitted in part, which is the first of them, is emptied: batches with records stay, and
// with them the way from a record to its upload.
//
// An upload that has nothing left is marked by the statement that finds it so. Look-ups are sub-queries with a limit, not
// joins: each is one in an index, whatever the planner knows of the tables. Nothing else changes these rows, and the uploads
// are locked: a place in the table stays that of its row.
const statement = new Statement<{ changed: number }>(
  'remove_receipts',
  `WITH upload AS MATERIALIZED (
     SELECT id, CASE WHEN dry_run THEN 0 ELSE batches_done END AS done
       FROM uploads
      WHERE receipts_removed_at IS NOT NULL AND emptied_at IS NULL
      ORDER BY receipts_removed_at
      LIMIT $1
        FOR UPDATE SKIP LOCKED
   ), rejected AS (
     DELETE FROM rejected_records
      WHERE ctid = ANY (ARRAY(
        SELECT j.ctid
          FROM upload
         CROSS JOIN LATERAL (
           SELECT ctid FROM rejected_records WHERE upload_id = upload.id ORDER BY line LIMIT $2
         ) AS j
         LIMIT $2
      ))
     RETURNING 1
   ), undecided AS (
     DELETE FROM batches
      WHERE id = ANY (ARRAY(
        SELECT id
          FROM (SELECT id, sum(size) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - size AS before
                  FROM (SELECT b.id, b.size
                          FROM upload
                         CROSS JOIN LATERAL (
                           SELECT id, size
                             FROM batches
                            WHERE upload_id = upload.id AND number > upload.done AND decided = 0
                            ORDER BY number
                            LIMIT $1
                         ) AS b
                         LIMIT $1) AS next) AS summed
         WHERE before < $2
      ))
     RETURNING 1
   ), decided_in_part AS (
     UPDATE batches
        SET decided = size, payload = NULL, lines = NULL, priorities = NULL, recycle_at = NULL,
            numbers = NULL, number_places = NULL
      WHERE id = ANY (ARRAY(
        SELECT b.id
          FROM upload
         CROSS JOIN LATERAL (
           SELECT id
             FROM batches
            WHERE upload_id = upload.id AND number = upload.done + 1 AND decided > 0 AND payload IS NOT NULL
            LIMIT 1
         ) AS b
         LIMIT $3
      ))
     RETURNING 1
   ), emptied AS (
     UPDATE uploads
        SET emptied_at = clock_timestamp()
      WHERE id = ANY (ARRAY(
        SELECT id
          FROM upload
         WHERE (SELECT line FROM rejected_records WHERE upload_id = upload.id LIMIT 1) IS NULL
           AND (SELECT number FROM batches
                 WHERE upload_id = upload.id AND number > upload.done AND payload IS NOT NULL LIMIT 1) IS NULL
      ))
     RETURNING 1
   )
   SELECT ((SELECT count(*) FROM rejected) + (SELECT count(*) FROM undecided)
         + (SELECT count(*) FROM decided_in_part) + (SELECT count(*) FROM emptied))::int AS changed`,
);

/**
 * Goes on with removing what belonged to receipts that are given to nobody any more: looks at up to `limit` uploads, and
 * removes up to `records` rejected records of them, as many undecided ones or the batch that is larger, and what is
 * undecided of `batches` batches. Answers whether there may be more to remove.
 */
export async function removeReceipts(
  on: Queryable,
  limits: { readonly uploads: number; readonly records: number; readonly batches: number },
): Promise<boolean> {
  const row = await statement.row(on, [limits.uploads, limits.records, limits.batches]);
  return row !== undefined && row.changed > 0;
}
