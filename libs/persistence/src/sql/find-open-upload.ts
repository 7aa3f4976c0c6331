import type { Queryable } from '../database.ts';
import type { OpenUpload } from './lock-open-upload.ts';
import { Statement } from './statement.ts';

const statement = new Statement<Pick<OpenUpload, 'state'>>(
  'find_open_upload',
  `SELECT state
     FROM uploads
    WHERE vdn_id = $1 AND campaign_id = $2
      AND state IN ('queued', 'running', 'waiting_capacity')
    ORDER BY queue_number
    LIMIT 1`,
);

/** The state of the upload whose turn it is in the campaign (see lockOpenUpload), without its lock. */
export async function findOpenUpload(
  on: Queryable,
  vdnId: number,
  campaignId: number,
): Promise<OpenUpload['state'] | undefined> {
  return (await statement.row(on, [vdnId, campaignId]))?.state;
}
