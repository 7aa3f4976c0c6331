import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement<{ room: number }>(
  'read_room',
  `SELECT (c.max_incomplete - c.incomplete - coalesce((
            SELECT sum(u.received - u.accepted - u.invalid - u.duplicate - u.blocklisted - u.refused - u.dropped)
              FROM uploads u
             WHERE u.vdn_id = $1 AND u.campaign_id = $2
               AND u.state IN ('queued', 'running', 'waiting_capacity')
          ), 0))::int AS room
     FROM campaigns c
    WHERE c.vdn_id = $1 AND c.id = $2`,
);

/**
 * How many records a campaign would still take from an upload that is queued now: the room under its cap, less what the
 * uploads before it will take of it. Negative when these alone are too many. Without a lock: good for a report only.
 */
export async function readRoom(on: Queryable, vdnId: number, campaignId: number): Promise<number> {
  return (await statement.row(on, [vdnId, campaignId]))?.room ?? 0;
}
