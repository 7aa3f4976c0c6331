import type { ReceiptOutcome } from '#wire';
import type { Fault } from '#errors';
import { CODE } from '#errors';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

/** What became of one record of an upload. */
export interface ReceiptRow {
  readonly line: number;
  readonly outcome: ReceiptOutcome;
  /** Null as well for what a dry run would have accepted. */
  readonly dataId: bigint | null;
  readonly fault: Fault | null;
  /** The record as it is kept, a JSON text; null where it was rejected, which `bytes` has then. */
  readonly text: string | null;
  /** Of an invalid record or a duplicate: as it was sent, which may be anything. Of others: UTF-8 of the JSON text. */
  readonly bytes: Buffer | null;
}

export interface ReceiptPage {
  readonly uploadId: string;
  /** Only lines behind this one. */
  readonly after: number;
  /** Only these outcomes. */
  readonly outcomes: readonly ReceiptOutcome[];
  /** Most rows. */
  readonly rows: number;
  /** Bytes of records after which no further row begins. */
  readonly bytes: number;
}

type Row = ReceiptRow | { readonly line: null };

// Every line of an upload has exactly one receipt: in the records of its batches, in what is left of their payloads, or
// among the rejections, which win over a payload. One statement sees all three at one moment. Each is read in the order of
// lines from where the page begins and no further than the page is long, so that a page costs the same wherever it is; and
// what no outcome asks for is not read: a few rejections are found in a million records as fast as in ten.
//
// Batches are taken one after the other until the page is full: those up to the first that is not done may have records, those
// behind the ones that are done a payload. Each is a look-up of its own, and nothing is sorted behind it: where the planner
// expects few batches it would first unpack all that the upload has, for each page. So a batch's records must come in their
// order by themselves: `unnest` gives them by place, which is by line.
//
// The limits inside the laterals are no less than what they look for. They keep the planner from joining with whole tables.
// Sizes are of what is stored, so that only the rows of the page are fetched from where long values lie.
const statement = new Statement<Row>(
  'read_receipts',
  `WITH upload AS MATERIALIZED (
     SELECT u.error,
            u.state <> 'failed' AS reports,
            jsonb_build_object('code', $6::text, 'params', jsonb_build_object('max', c.max_incomplete)) AS full_up,
            CASE WHEN u.state IN ('queued', 'running', 'waiting_capacity', 'paused') THEN 'pending'
                 WHEN u.state = 'cancelled' THEN 'dropped'
                 ELSE 'refused' END AS undecided,
            (SELECT number FROM batches
              WHERE upload_id = $1 AND first_line <= $2::int + 1 ORDER BY first_line DESC LIMIT 1) AS first,
            CASE WHEN u.dry_run THEN 0 ELSE u.batches_done END AS done,
            u.batches_total AS last,
            u.dry_run
       FROM uploads u
       JOIN campaigns c ON c.vdn_id = u.vdn_id AND c.id = u.campaign_id
      WHERE u.id = $1 AND u.receipts_removed_at IS NULL
   ), found AS (
     (SELECT r.line, 'accepted' AS outcome, r.id, NULL::jsonb AS fault, r.source AS text, NULL::bytea AS bytes
        FROM (SELECT generate_series(coalesce(first, 1), least(done + 1, last)) AS number
                FROM upload
               WHERE 'accepted' = ANY ($3::text[])) AS turn
       CROSS JOIN LATERAL (
               SELECT id, decided FROM batches WHERE upload_id = $1 AND number = turn.number LIMIT 1
             ) AS b
       CROSS JOIN LATERAL (
               SELECT r.id, r.line, r.source
                 FROM records r
                WHERE r.id >= b.id * 2048 AND r.id < b.id * 2048 + b.decided AND r.line > $2::int
                ORDER BY r.id
                LIMIT 2048
             ) AS r
       LIMIT $4)
     UNION ALL
     (SELECT p.line, p.outcome, NULL, p.fault, p.source, NULL
        FROM (SELECT generate_series(greatest(first, done + 1), last) AS number, undecided, reports, full_up, error
                FROM upload
               WHERE undecided = ANY ($3::text[]) OR (dry_run AND $3::text[] && '{accepted,refused}')) AS turn
       CROSS JOIN LATERAL (
               SELECT payload, lines, decided,
                      -- A dry run that was aborted reports the abortion, not what would have found room.
                      CASE WHEN turn.reports THEN would_fit END AS would_fit
                 FROM batches
                WHERE upload_id = $1 AND number = turn.number AND payload IS NOT NULL
                  AND (turn.undecided = ANY ($3::text[]) OR (turn.reports AND would_fit IS NOT NULL))
                LIMIT 1
             ) AS b
       CROSS JOIN LATERAL (
               SELECT u.line, u.source,
                      CASE WHEN b.would_fit IS NULL THEN turn.undecided
                           WHEN u.place <= b.would_fit THEN 'accepted'
                           ELSE 'refused' END AS outcome,
                      CASE WHEN b.would_fit < u.place THEN turn.full_up
                           WHEN b.would_fit IS NULL AND turn.undecided = 'refused' THEN turn.error END AS fault
                 FROM (SELECT unnest(string_to_array(b.payload, E'\\n')) AS source,
                              unnest(b.lines) AS line,
                              generate_subscripts(b.lines, 1) AS place) AS u
                WHERE u.place > b.decided
                  AND u.line > $2::int
                  AND (SELECT j.line FROM rejected_records j WHERE j.upload_id = $1 AND j.line = u.line LIMIT 1) IS NULL
                LIMIT 2048
             ) AS p
       WHERE p.outcome = ANY ($3::text[])
       LIMIT $4)
     UNION ALL
     (SELECT j.line, j.outcome::text, NULL, j.fault, NULL, j.source
        FROM rejected_records j
       WHERE j.upload_id = $1
         AND j.line > $2::int
         AND j.outcome::text = ANY ($3::text[])
         AND EXISTS (SELECT FROM upload)
       ORDER BY j.line
       LIMIT $4)
   ), page AS (
     SELECT found.*,
            row_number() OVER lines AS row,
            sum(coalesce(octet_length(text), 0) + coalesce(octet_length(bytes), 0)) OVER lines
              - coalesce(octet_length(text), 0) - coalesce(octet_length(bytes), 0) AS size_before
       FROM found
     WINDOW lines AS (ORDER BY line ROWS UNBOUNDED PRECEDING)
   )
   SELECT page.line, page.outcome, page.id AS "dataId", page.fault, page.text, page.bytes
     FROM upload
     LEFT JOIN page ON page.row <= $4 AND page.size_before < $5
    ORDER BY page.line`,
);

/**
 * A page of receipts in the order of lines: at least one row if there is any. Undefined: the upload's receipts were removed,
 * or the upload itself.
 */
export async function readReceipts(
  on: Queryable,
  { uploadId, after, outcomes, rows, bytes }: ReceiptPage,
): Promise<ReceiptRow[] | undefined> {
  const values = [uploadId, after, outcomes, rows, bytes, CODE.CAMPAIGN_FULL];
  const found = await statement.rows(on, values);
  // The upload's own row is there even where no receipt is.
  if (found.length === 0) return undefined;
  return found.filter((row) => row.line !== null);
}
