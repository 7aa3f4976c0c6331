import type { Queryable } from '../database.ts';
import type { LaneRef } from './find-overdue-lanes.ts';
import { Statement } from './statement.ts';

const statement = new Statement<LaneRef>(
  'pause_upload',
  `UPDATE uploads
      SET state = 'paused'
    WHERE id = $1
      AND ($2::int IS NULL OR vdn_id = $2)
      AND state IN ('queued', 'running', 'waiting_capacity')
   RETURNING vdn_id AS "vdnId", campaign_id AS "campaignId"`,
);

/**
 * Has an upload passed over from its next batch on; it keeps its place in the queue. If a worker is admitting a batch of
 * it, that batch comes first. Undefined: there is none that could be paused.
 *
 * @param vdnId null: of any VDN
 */
export function pauseUpload(
  on: Queryable,
  uploadId: string,
  vdnId: number | null,
): Promise<LaneRef | undefined> {
  return statement.row(on, [uploadId, vdnId]);
}
