import type { UploadState } from '#domain';
import type { Fault } from '#errors';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

/** What became of one record of an upload. */
export interface ReceiptRow {
  readonly line: number;
  readonly outcome: 'accepted' | 'invalid' | 'duplicate' | 'blocklisted' | 'undecided';
  readonly dataId: bigint | null;
  readonly fault: Fault | null;
  /** The record as it was sent; `bytes` instead where these may not be text. */
  readonly text: string | null;
  readonly bytes: Buffer | null;
  readonly uploadState: UploadState;
  readonly uploadError: Fault | null;
}

// Every line of an upload has exactly one receipt, so a page is a range of lines: in the records of the batches that lie
// there, in what is left of their payloads, and among the rejections. One statement sees all three at one moment.
const statement = new Statement<ReceiptRow>(
  'read_receipts',
  `WITH upload AS MATERIALIZED (
     SELECT id, state, error FROM uploads WHERE id = $1
   ), batch AS MATERIALIZED (
     SELECT b.*
       FROM batches b
      WHERE b.upload_id = $1
        AND b.first_line <= $3
        AND b.first_line >= coalesce(
              (SELECT max(first_line) FROM batches WHERE upload_id = $1 AND first_line <= $2), 0)
   )
   SELECT receipt.*, upload.state AS "uploadState", upload.error AS "uploadError"
     FROM upload, (
       SELECT r.line, 'accepted' AS outcome, r.id AS "dataId", NULL::jsonb AS fault,
              r.source AS text, NULL::bytea AS bytes
         FROM batch
         JOIN records r ON r.id >= batch.id * 2048 AND r.id < batch.id * 2048 + batch.decided
        WHERE r.line BETWEEN $2 AND $3
       UNION ALL
       SELECT u.line, 'undecided', NULL, NULL, u.source, NULL
         FROM batch,
              unnest(string_to_array(batch.payload, E'\\n'), batch.lines) WITH ORDINALITY AS u(source, line, ordinality)
        WHERE u.ordinality > batch.decided AND u.line BETWEEN $2 AND $3
       UNION ALL
       SELECT j.line, j.outcome::text, NULL, j.fault, NULL, j.source
         FROM rejected_records j
        WHERE j.upload_id = $1 AND j.line BETWEEN $2 AND $3
     ) AS receipt
    ORDER BY receipt.line`,
);

/** The receipts of an upload's lines from `from` to `to`, both inclusive, in order. */
export function readReceipts(
  on: Queryable,
  uploadId: string,
  from: number,
  to: number,
): Promise<ReceiptRow[]> {
  return statement.rows(on, [uploadId, from, to]);
}
