import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

// Of a synchronous call there is nothing to remove but the mark to set; so as many uploads are taken as together have
// $3 records that were not accepted, one at least. What was never decided lies in the batches; these stay, and with them
// the way from a record to its upload.
const statement = new Statement(
  'remove_receipts',
  `WITH due AS MATERIALIZED (
     SELECT id, received - accepted AS weight, finished_at
       FROM uploads
      WHERE finished_at < clock_timestamp() - $1 * interval '1 day' AND receipts_removed_at IS NULL
      ORDER BY finished_at
      LIMIT $2
        FOR UPDATE SKIP LOCKED
   ), taken AS MATERIALIZED (
     SELECT id
       FROM (SELECT id, sum(weight) OVER (ORDER BY finished_at, id) - weight AS before FROM due) AS summed
      WHERE before < $3
   ), rejected AS (
     DELETE FROM rejected_records j USING taken WHERE j.upload_id = taken.id
   ), undecided AS (
     UPDATE batches b
        SET decided = b.size, payload = NULL, lines = NULL, priorities = NULL, recycle_at = NULL,
            numbers = NULL, number_places = NULL
       FROM taken
      WHERE b.upload_id = taken.id AND b.payload IS NOT NULL
   )
   UPDATE uploads u SET receipts_removed_at = clock_timestamp() FROM taken WHERE u.id = taken.id`,
);

/**
 * Removes the receipts of up to `limit` uploads that ended `days` ago; answers of how many. An upload's go all at one moment,
 * with the mark that says so: nobody reads half of them.
 *
 * @param records not accepted ones that these uploads may have together; a larger upload is taken alone
 */
export function removeReceipts(
  on: Queryable,
  days: number,
  limit: number,
  records: number,
): Promise<number> {
  return statement.count(on, [days, limit, records]);
}
