import type { Fault } from '#errors';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface RejectedRecord {
  /** The record's number in the upload, from 1. */
  readonly line: number;
  readonly outcome: 'invalid' | 'duplicate';
  readonly fault: Fault;
  /** The bytes as they were sent, in base64: they may be anything. */
  readonly source: string;
}

const statement = new Statement(
  'insert_rejected',
  `INSERT INTO rejected_records (upload_id, line, outcome, fault, source)
   SELECT $1, r.line, r.outcome, r.fault, decode(r.source, 'base64')
     FROM json_to_recordset($2::json) AS r(line int, outcome rejection, fault jsonb, source text)`,
);

/** Stages records of an upload that get no data ID. */
export async function insertRejected(
  on: Queryable,
  uploadId: string,
  records: readonly RejectedRecord[],
): Promise<void> {
  await statement.count(on, [uploadId, JSON.stringify(records)]);
}
