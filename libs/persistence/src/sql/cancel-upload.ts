import type { Queryable } from '../database.ts';
import type { LaneRef } from './find-overdue-lanes.ts';
import { Statement } from './statement.ts';

// The undecided records stay in their batches: their receipts are made from there.
const statement = new Statement<LaneRef>(
  'cancel_upload',
  `UPDATE uploads
      SET state = 'cancelled',
          dropped = received - accepted - invalid - duplicate - blocklisted - refused,
          finished_at = clock_timestamp()
    WHERE id = $1
      AND ($2::int IS NULL OR vdn_id = $2)
      AND state IN ('queued', 'running', 'waiting_capacity', 'paused')
   RETURNING vdn_id AS "vdnId", campaign_id AS "campaignId"`,
);

/**
 * Ends an upload that has not ended: what is undecided at this moment is dropped, what was admitted stays. If a worker is
 * admitting a batch of it, that batch comes first. Undefined: there is none that could be cancelled.
 *
 * @param vdnId null: of any VDN
 */
export function cancelUpload(
  on: Queryable,
  uploadId: string,
  vdnId: number | null,
): Promise<LaneRef | undefined> {
  return statement.row(on, [uploadId, vdnId]);
}
