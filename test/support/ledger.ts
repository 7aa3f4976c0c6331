import { expect } from '@jest/globals';
import type { TestDatabase } from './database.ts';

/** One admission as the database has it: records of one batch that were put there together. */
export interface Admission {
  /** Of the upload that they belong to. */
  readonly mode: 'sync' | 'async';
  readonly records: number;
  /** Since the campaign's admission before, by the database's clock; null for the first. */
  readonly gapMs: number | null;
}

/** What was admitted to a campaign, in the order of time. Admissions in the same microsecond are told apart by batch. */
export function admissions(
  database: TestDatabase,
  vdn: number,
  campaign: number,
): Promise<Admission[]> {
  return database.query<Admission & Record<string, unknown>>(
    `SELECT u.mode, a.records,
            (extract(epoch FROM a.at - lag(a.at) OVER (ORDER BY a.at, a.batch)) * 1000)::float8 AS "gapMs"
       FROM (SELECT id / 2048 AS batch, created_at AS at, count(*)::int AS records
               FROM records
              WHERE vdn_id = $1 AND campaign_id = $2
              GROUP BY id / 2048, created_at) AS a
       LEFT JOIN batches b ON b.id = a.batch
       LEFT JOIN uploads u ON u.id = b.upload_id
      ORDER BY a.at, a.batch`,
    [vdn, campaign],
  );
}

/** The shortest of the gaps; infinite where there are less than two admissions. */
export const shortestGap = (list: readonly Admission[]): number =>
  Math.min(...list.flatMap(({ gapMs }) => (gapMs === null ? [] : [gapMs])));

/**
 * Holds all books of the database against each other, whatever has happened: each campaign's counter is the number of its
 * incomplete records, each upload's count is the number of its records, no record of an upload is there twice, nothing
 * is missing, and what has ended holds nothing back. Data IDs are the records' primary key.
 */
export async function expectBalancedBooks(database: TestDatabase): Promise<void> {
  const wrongCounters = await database.query(
    `SELECT c.id, c.incomplete, count(r.id)::int AS records
       FROM campaigns c
       LEFT JOIN records r
         ON r.vdn_id = c.vdn_id AND r.campaign_id = c.id AND r.status IN ('waiting', 'leased')
      GROUP BY c.vdn_id, c.id
     HAVING c.incomplete <> count(r.id)`,
  );
  const wrongUploads = await database.query(
    `SELECT u.id, u.mode, u.state, u.received, u.accepted, found.*
       FROM uploads u
      CROSS JOIN LATERAL (
        SELECT count(r.id)::int AS records, count(DISTINCT r.line)::int AS lines
          FROM batches b
          JOIN records r ON r.id >= b.id * 2048 AND r.id < (b.id + 1) * 2048
         WHERE b.upload_id = u.id
      ) AS found
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS batches,
               coalesce(sum(b.size), 0)::int AS sizes,
               coalesce(sum(b.size - b.decided), 0)::int AS undecided,
               count(*) FILTER (WHERE b.decided = b.size)::int AS done
          FROM batches b
         WHERE b.upload_id = u.id
      ) AS staged
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE outcome = 'blocklisted')::int AS blocklisted,
               count(*) FILTER (WHERE outcome = 'refused')::int AS refused,
               count(*)::int AS rejected
          FROM rejected_records j
         WHERE j.upload_id = u.id
      ) AS rejections
      CROSS JOIN LATERAL (
        -- Of an upload that was only reported on, blocked records lie in their batches as well.
        SELECT CASE WHEN u.dry_run OR u.state = 'failed' THEN u.blocklisted ELSE 0 END AS both
      ) AS twice
      WHERE CASE WHEN u.dry_run THEN 0 ELSE u.accepted END <> found.records
         OR found.lines <> found.records
         OR u.blocklisted <> rejections.blocklisted
         OR u.state <> 'receiving' AND (
              u.batches_total <> staged.batches
           OR u.batches_done <> staged.done
           OR u.invalid + u.duplicate + u.blocklisted + rejections.refused <> rejections.rejected
           OR u.received <> u.invalid + u.duplicate + staged.sizes
           OR found.records + u.blocklisted + rejections.refused + staged.undecided <> staged.sizes + twice.both
           OR u.finished_at IS NOT NULL
              AND u.accepted - found.records + u.refused - rejections.refused + u.dropped <> staged.undecided - twice.both
         )`,
  );
  expect({ wrongCounters, wrongUploads }).toEqual({ wrongCounters: [], wrongUploads: [] });
}
