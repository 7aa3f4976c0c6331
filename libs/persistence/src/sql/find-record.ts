import type { RecordStatus } from '#wire';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface FoundRecord {
  readonly id: bigint;
  readonly campaignId: bigint;
  /** Null once the upload was removed. */
  readonly uploadId: string | null;
  readonly line: number;
  /** `waiting` also for one whose lease has run out. */
  readonly status: RecordStatus;
  readonly createdAt: Date;
  /** The record as it was sent, a JSON text. */
  readonly source: string;
}

const statement = new Statement<FoundRecord>(
  'find_record',
  `SELECT r.id,
          r.campaign_id AS "campaignId",
          b.upload_id AS "uploadId",
          r.line,
          CASE WHEN r.leased_until <= clock_timestamp() THEN 'waiting' ELSE r.status END AS status,
          r.created_at AS "createdAt",
          r.source
     FROM records r
     LEFT JOIN batches b ON b.id = r.id / 2048
    WHERE r.vdn_id = $1 AND r.id = $2`,
);

export function findRecord(
  on: Queryable,
  vdnId: number,
  id: bigint,
): Promise<FoundRecord | undefined> {
  return statement.row(on, [vdnId, id]);
}
