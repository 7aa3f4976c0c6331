import type { AdmissionMode, UploadState } from '#domain';
import type { Fault } from '#errors';
import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

export interface RejectedPlace {
  readonly place: number;
  readonly outcome: 'blocklisted' | 'refused';
  readonly fault: Fault;
}

export interface Admission {
  readonly batchId: bigint;
  readonly uploadId: string;
  readonly mode: AdmissionMode;
  /** Places before this one were decided earlier. */
  readonly first: number;
  /** Places from `first` up to this one, exclusive, are decided now. */
  readonly end: number;
  /** How many of these get a data ID: all but the rejected ones. */
  readonly accepted: number;
  readonly rejected: readonly RejectedPlace[];
}

export interface Admitted {
  /** The campaign's incomplete records, these included. */
  readonly incomplete: number;
  /** Until the campaign's next slot. */
  readonly msUntilSlot: number;
  readonly state: UploadState;
}

// One statement: the records, the rejections, the batch, the upload's counts and the campaign's counter and clock are
// there together or not at all. Unpacking the arrays where they lie is what makes it fast: no record passes
// through this process. `now` is read once, so that the records of an admission share one time, and after the
// lock was got, so that it is never before the slot.
const statement = new Statement<Admitted>(
  'admit_batch',
  `WITH clock AS MATERIALIZED (
     SELECT clock_timestamp() AS now
   ), batch AS MATERIALIZED (
     SELECT b.id, b.size, b.payload, b.lines, b.priorities, b.recycle_at,
            u.vdn_id, u.campaign_id, u.id AS upload_id
       FROM batches b
       JOIN uploads u ON u.id = b.upload_id
      WHERE b.id = $1
   ), item AS (
     SELECT (r.ordinality - 1)::int AS place, r.source, r.line, r.priority, r.recycle_at
       FROM batch,
            unnest(string_to_array(batch.payload, E'\\n'), batch.lines, batch.priorities, batch.recycle_at)
              WITH ORDINALITY AS r(source, line, priority, recycle_at, ordinality)
      WHERE r.ordinality > $2::int AND r.ordinality <= $3::int
   ), admitted AS (
     INSERT INTO records (id, campaign_id, created_at, recycle_at, vdn_id, line, priority, source)
     SELECT batch.id * 2048 + item.place, batch.campaign_id, clock.now, item.recycle_at,
            batch.vdn_id, item.line, item.priority, item.source
       FROM item, batch, clock
      WHERE $5::int[] = '{}' OR item.place <> ALL ($5::int[])
   ), rejected AS (
     INSERT INTO rejected_records (upload_id, line, outcome, fault, source)
     SELECT batch.upload_id, item.line, j.outcome, j.fault::jsonb, convert_to(item.source, 'UTF8')
       FROM unnest($5::int[], $6::text[], $8::rejection[]) AS j(place, fault, outcome)
       JOIN item ON item.place = j.place, batch
   ), batch_after AS (
     UPDATE batches b
        SET decided = $3,
            admitted_at = clock.now,
            payload = CASE WHEN $3 < b.size THEN b.payload END,
            lines = CASE WHEN $3 < b.size THEN b.lines END,
            priorities = CASE WHEN $3 < b.size THEN b.priorities END,
            recycle_at = CASE WHEN $3 < b.size THEN b.recycle_at END,
            numbers = CASE WHEN $3 < b.size THEN b.numbers END,
            number_places = CASE WHEN $3 < b.size THEN b.number_places END
       FROM clock
      WHERE b.id = $1
   ), upload_before AS MATERIALIZED (
     SELECT u.id, u.received,
            u.accepted + $4::int AS accepted,
            u.blocklisted + cardinality(array_positions($8::rejection[], 'blocklisted')) AS blocklisted,
            u.refused + cardinality(array_positions($8::rejection[], 'refused')) AS refused,
            u.invalid + u.duplicate + u.dropped AS others,
            u.batches_done + CASE WHEN batch.size = $3 THEN 1 ELSE 0 END AS batches_done
       FROM uploads u
       JOIN batch ON u.id = batch.upload_id
   ), upload_after AS (
     UPDATE uploads u
        SET accepted = b.accepted,
            blocklisted = b.blocklisted,
            refused = b.refused,
            batches_done = b.batches_done,
            started_at = coalesce(u.started_at, clock.now),
            receiving_until = NULL,
            incomplete_after = CASE WHEN u.mode = 'sync' THEN c.incomplete + $4 END,
            state = CASE
              WHEN b.accepted = b.received THEN 'completed'
              WHEN b.accepted + b.blocklisted + b.refused + b.others = b.received THEN 'completed_with_errors'
              WHEN $3 < (SELECT size FROM batch) THEN 'waiting_capacity'
              ELSE 'running'
            END::upload_state,
            finished_at = CASE
              WHEN b.accepted + b.blocklisted + b.refused + b.others = b.received THEN clock.now
            END
       FROM upload_before b, clock, campaigns c
      WHERE u.id = b.id AND c.vdn_id = u.vdn_id AND c.id = u.campaign_id
     RETURNING u.state
   )
   UPDATE campaigns c
      SET incomplete = c.incomplete + $4,
          last_admission_at = CASE WHEN $4 > 0 THEN clock.now ELSE c.last_admission_at END,
          last_admission_mode = CASE WHEN $4 > 0 THEN $7::admission_mode ELSE c.last_admission_mode END,
          reserved_for = CASE WHEN c.reserved_for = batch.upload_id THEN NULL ELSE c.reserved_for END,
          reserved_until = CASE WHEN c.reserved_for = batch.upload_id THEN NULL ELSE c.reserved_until END
     FROM clock, batch, upload_after
    WHERE c.vdn_id = batch.vdn_id AND c.id = batch.campaign_id
   RETURNING c.incomplete,
             upload_after.state,
             CASE WHEN $4 > 0 THEN c.admission_interval_ms ELSE 0 END::float8 AS "msUntilSlot"`,
);

/**
 * Admits part of a batch or all of it. The locks of its upload and of its campaign must be held; what fits and what is
 * rejected was decided under them. A process that dies before the commit leaves nothing of it; one that dies after it
 * has done it, and whoever comes next finds `decided` moved on.
 */
export async function admitBatch(tx: Transaction, admission: Admission): Promise<Admitted> {
  const row = await statement.row(tx, [
    admission.batchId,
    admission.first,
    admission.end,
    admission.accepted,
    admission.rejected.map(({ place }) => place),
    admission.rejected.map(({ fault }) => JSON.stringify(fault)),
    admission.mode,
    admission.rejected.map(({ outcome }) => outcome),
  ]);
  if (row === undefined) throw new Error(`batch ${String(admission.batchId)} is gone`);
  return row;
}
