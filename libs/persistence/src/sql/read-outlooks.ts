import type { Outlook } from '#domain';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

/** What stands between an open upload and its end, at one moment. */
export interface OutlookRow extends Outlook {
  readonly id: string;
  /** That moment, by the database's clock. */
  readonly now: Date;
}

/** A connection that hangs is given up after so many ms. */
const TIMEOUT_MS = 5_000;

// Of each campaign that is asked for, its open uploads are gone through once, however many of them are asked for. A dry
// run takes neither slots nor room. Whole milliseconds, as a Date has them: the same slot is the same time at each look.
const statement = new Statement<OutlookRow>(
  'read_outlooks',
  `WITH asked AS (
     SELECT DISTINCT vdn_id, campaign_id FROM uploads WHERE id = ANY ($1::uuid[])
   ), line AS (
     SELECT u.id, u.vdn_id, u.campaign_id,
            sum(u.batches_total - u.batches_done) FILTER (WHERE NOT u.dry_run) OVER before AS batches,
            sum(u.received - u.accepted - u.invalid - u.duplicate - u.blocklisted - u.refused - u.dropped)
              FILTER (WHERE NOT u.dry_run) OVER before AS records
       FROM asked a
       JOIN uploads u ON u.vdn_id = a.vdn_id AND u.campaign_id = a.campaign_id
      WHERE u.state IN ('queued', 'running', 'waiting_capacity')
     WINDOW before AS (
              PARTITION BY u.vdn_id, u.campaign_id
              ORDER BY u.queue_number
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
   )
   SELECT l.id,
          clock.now,
          c.state AS "campaignState",
          c.admission_interval_ms AS "intervalMs",
          coalesce(
            extract(epoch FROM
              c.last_admission_at + c.admission_interval_ms * interval '1 millisecond' - clock.now
            ) * 1000,
            0
          )::float8 AS "msUntilSlot",
          c.max_incomplete - c.incomplete AS room,
          coalesce(l.batches, 0)::float8 AS "batchesAhead",
          coalesce(l.records, 0)::float8 AS "recordsAhead"
     FROM line l
     JOIN campaigns c ON c.vdn_id = l.vdn_id AND c.id = l.campaign_id
    CROSS JOIN (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) AS clock
    WHERE l.id = ANY ($1::uuid[])`,
  { timeoutMs: TIMEOUT_MS },
);

/** The outlook of each of these uploads that is open and not paused, by its ID. One statement, however many they are. */
export async function readOutlooks(
  on: Queryable,
  uploadIds: readonly string[],
): Promise<ReadonlyMap<string, OutlookRow>> {
  if (uploadIds.length === 0) return new Map();
  const rows = await statement.rows(on, [uploadIds]);
  return new Map(rows.map((row) => [row.id, row]));
}
