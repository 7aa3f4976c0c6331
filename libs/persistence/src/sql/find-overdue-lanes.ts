import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface LaneRef {
  readonly vdnId: number;
  readonly campaignId: bigint;
}

// Of each campaign the upload whose turn it is. A lane that lives takes every slot, or every second one beside synchronous
// calls: so it is overdue when its upload has not got on for two intervals though a slot is open, or calls go on taking
// them. Without room under the cap there is nothing to do, unless the campaign takes no more: then there is to refuse.
const statement = new Statement<LaneRef>(
  'find_overdue_lanes',
  `WITH turn AS (
     SELECT DISTINCT ON (vdn_id, campaign_id)
            id, vdn_id, campaign_id, state, queued_at, batches_done
       FROM uploads
      WHERE state IN ('queued', 'running', 'waiting_capacity')
      ORDER BY vdn_id, campaign_id, queue_number
   )
   SELECT t.vdn_id AS "vdnId", t.campaign_id AS "campaignId"
     FROM turn t
     JOIN campaigns c ON c.vdn_id = t.vdn_id AND c.id = t.campaign_id
    CROSS JOIN LATERAL (
      SELECT greatest(t.queued_at, max(b.admitted_at)) AS at
        FROM batches b
       WHERE b.upload_id = t.id AND b.number IN (t.batches_done, t.batches_done + 1)
    ) AS progress
    WHERE (t.state <> 'waiting_capacity' OR c.incomplete < c.max_incomplete OR c.state IN ('completed', 'expired'))
      AND progress.at < clock_timestamp() - (2 * c.admission_interval_ms + $1) * interval '1 millisecond'
      AND (c.last_admission_at IS NULL
           OR c.last_admission_mode = 'sync'
           OR c.last_admission_at < clock_timestamp() - (c.admission_interval_ms + $1) * interval '1 millisecond')
    ORDER BY progress.at
    LIMIT $2`,
);

/** Campaigns with work that should have gone on `graceMs` ago, those first that have waited longest: their wake-up is lost, or their worker. */
export function findOverdueLanes(
  on: Queryable,
  graceMs: number,
  limit: number,
): Promise<LaneRef[]> {
  return statement.rows(on, [graceMs, limit]);
}
