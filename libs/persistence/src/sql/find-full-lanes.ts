import type { Queryable } from '../database.ts';
import type { LaneRef } from './find-overdue-lanes.ts';
import { Statement } from './statement.ts';

const statement = new Statement<LaneRef>(
  'find_full_lanes',
  `SELECT DISTINCT u.vdn_id AS "vdnId", u.campaign_id AS "campaignId"
     FROM unnest($1::int[], $2::bigint[]) AS c(vdn_id, campaign_id)
     JOIN uploads u ON u.vdn_id = c.vdn_id AND u.campaign_id = c.campaign_id
    WHERE u.state = 'waiting_capacity'`,
);

/**
 * Those of these lanes that wait for room. To be asked after the transaction that has made room: a lane that found none
 * before has said so by then, and one that looks later finds it.
 */
export function findFullLanes(on: Queryable, lanes: readonly LaneRef[]): Promise<LaneRef[]> {
  return statement.rows(on, [
    lanes.map(({ vdnId }) => vdnId),
    lanes.map(({ campaignId }) => campaignId),
  ]);
}
