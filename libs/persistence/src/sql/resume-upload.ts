import type { Queryable } from '../database.ts';
import type { LaneRef } from './find-overdue-lanes.ts';
import { Statement } from './statement.ts';

// Whether there is room for it, its next turn finds out.
const statement = new Statement<LaneRef>(
  'resume_upload',
  `UPDATE uploads
      SET state = (CASE WHEN accepted + blocklisted + refused = 0 THEN 'queued' ELSE 'running' END)::upload_state
    WHERE id = $1
      AND ($2::int IS NULL OR vdn_id = $2)
      AND state = 'paused'
   RETURNING vdn_id AS "vdnId", campaign_id AS "campaignId"`,
);

/**
 * Gives a paused upload its turn again, at its old place in the queue. Undefined: there is none that is paused.
 *
 * @param vdnId null: of any VDN
 */
export function resumeUpload(
  on: Queryable,
  uploadId: string,
  vdnId: number | null,
): Promise<LaneRef | undefined> {
  return statement.row(on, [uploadId, vdnId]);
}
