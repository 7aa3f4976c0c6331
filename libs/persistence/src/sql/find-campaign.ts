import type { Queryable } from '../database.ts';
import type { Campaign } from '../generated/prisma/client.ts';
import { Statement } from './statement.ts';

/** A row of `campaigns` as it is read. */
export const CAMPAIGN_COLUMNS = `vdn_id AS "vdnId",
       id,
       name,
       state,
       max_records_per_call AS "maxRecordsPerCall",
       max_incomplete AS "maxIncomplete",
       admission_interval_ms AS "admissionIntervalMs",
       batch_size AS "batchSize",
       require_number_type AS "requireNumberType",
       require_json_call_data AS "requireJsonCallData",
       max_numbers_per_record AS "maxNumbersPerRecord",
       min_number_length AS "minNumberLength",
       incomplete,
       last_admission_at AS "lastAdmissionAt",
       last_admission_mode AS "lastAdmissionMode",
       reserved_for AS "reservedFor",
       reserved_until AS "reservedUntil",
       created_at AS "createdAt",
       updated_at AS "updatedAt"`;

const statement = new Statement<Campaign>(
  'find_campaign',
  `SELECT ${CAMPAIGN_COLUMNS}
     FROM campaigns
    WHERE vdn_id = $1 AND id = $2`,
);

/** The campaign as it is now, without a lock. Every synchronous call and every upload begins with it. */
export async function findCampaign(
  on: Queryable,
  vdnId: number,
  campaignId: number,
): Promise<Campaign | null> {
  return (await statement.row(on, [vdnId, campaignId])) ?? null;
}
