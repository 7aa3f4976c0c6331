import type { UploadState } from '#domain';
import type { RecordStatus } from '#wire';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

/** Of one status or state the number; of incomplete records by priority as well. */
export interface CampaignStatsRow {
  readonly records: Readonly<Record<RecordStatus, number>>;
  /** Incomplete records by priority, 1 to 5; a priority of which there is none is absent. */
  readonly priorities: Readonly<Record<string, number>>;
  /** Uploads by state; a state in which there is none is absent. */
  readonly uploads: Readonly<Partial<Record<UploadState, number>>>;
}

// What is incomplete is counted, through the partial indexes, which hold nothing else; what has ended is on the campaign's
// counters. So the five million records of a campaign's past cost nothing.
const statement = new Statement<CampaignStatsRow>(
  'read_campaign_stats',
  `WITH incomplete AS MATERIALIZED (
     SELECT 'waiting' AS status, priority, count(*)::int AS records
       FROM records
      WHERE vdn_id = $1 AND campaign_id = $2 AND status = 'waiting'
      GROUP BY priority
      UNION ALL
     SELECT CASE WHEN leased_until <= clock_timestamp() THEN 'waiting' ELSE 'leased' END, priority, count(*)::int
       FROM records
      WHERE vdn_id = $1 AND campaign_id = $2 AND status = 'leased'
      GROUP BY 1, 2
   )
   SELECT json_build_object(
            'waiting', (SELECT coalesce(sum(records), 0)::int FROM incomplete WHERE status = 'waiting'),
            'leased', (SELECT coalesce(sum(records), 0)::int FROM incomplete WHERE status = 'leased'),
            'completed', c.completed,
            'failed', c.failed,
            'recycled', c.recycled,
            'deleted', c.deleted
          ) AS records,
          (SELECT coalesce(json_object_agg(priority, records), '{}')
             FROM (SELECT priority, sum(records)::int AS records FROM incomplete GROUP BY priority) AS p
          ) AS priorities,
          (SELECT coalesce(json_object_agg(state, uploads), '{}')
             FROM (SELECT state, count(*)::int AS uploads
                     FROM uploads
                    WHERE vdn_id = $1 AND campaign_id = $2 AND state <> 'receiving'
                    GROUP BY state) AS s
          ) AS uploads
     FROM campaigns c
    WHERE c.vdn_id = $1 AND c.id = $2`,
);

/** A campaign in numbers, all of one moment; undefined where there is no such campaign. */
export function readCampaignStats(
  on: Queryable,
  vdnId: number,
  campaignId: number,
): Promise<CampaignStatsRow | undefined> {
  return statement.row(on, [vdnId, campaignId]);
}
