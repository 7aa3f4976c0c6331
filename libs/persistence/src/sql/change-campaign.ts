import type { Queryable } from '../database.ts';
import type { Campaign } from '../generated/prisma/client.ts';
import { CAMPAIGN_COLUMNS } from './find-campaign.ts';
import { Statement } from './statement.ts';

/** The columns of `campaigns` that can be set, by their names in the settings. */
const COLUMNS = {
  name: 'name',
  state: 'state',
  maxRecordsPerCall: 'max_records_per_call',
  maxIncomplete: 'max_incomplete',
  admissionIntervalMs: 'admission_interval_ms',
  batchSize: 'batch_size',
  requireNumberType: 'require_number_type',
  requireJsonCallData: 'require_json_call_data',
  maxNumbersPerRecord: 'max_numbers_per_record',
  minNumberLength: 'min_number_length',
} as const;

/** What of a campaign is to be changed; absent and undefined members keep their value. */
export type CampaignChange = { readonly [Name in keyof typeof COLUMNS]?: unknown };

const set = Object.values(COLUMNS);

const statement = new Statement<Campaign>(
  'change_campaign',
  `UPDATE campaigns AS c
      SET (${set.join()}) = (
            SELECT ${set.map((column) => `p.${column}`).join()}
              FROM jsonb_populate_record(c, $3::jsonb) AS p),
          updated_at = clock_timestamp()
    WHERE vdn_id = $1 AND id = $2
RETURNING ${CAMPAIGN_COLUMNS}`,
);

/** Changes a campaign, at the time of the database's clock; undefined where there is none. */
export function changeCampaign(
  on: Queryable,
  vdnId: number,
  campaignId: number,
  change: CampaignChange,
): Promise<Campaign | undefined> {
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const columns = Object.fromEntries(names.map((name) => [COLUMNS[name], change[name]]));
  return statement.row(on, [vdnId, campaignId, JSON.stringify(columns)]);
}
