import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { MAX_INCOMPLETE, MAX_RECORDS_PER_CALL } from '#domain';
import { CAMPAIGN_STATES } from '#wire';
import type { CampaignMembers as Members, CampaignState } from '#wire';
import { IfGiven, Text, WholeNumber } from '../http/member-rules.ts';

/** The least and the most of each member that is a number; of `name` its characters. */
export const CAMPAIGN_RANGES = {
  name: [0, 200],
  maxRecordsPerCall: [1, MAX_RECORDS_PER_CALL],
  maxIncomplete: [0, MAX_INCOMPLETE],
  /** ms */
  admissionIntervalMs: [0, 60_000],
  batchSize: [1, 2_000],
  maxNumbersPerRecord: [1, 100],
  minNumberLength: [1, 24],
} as const;

/** What of a campaign can be set. All members are optional. */
export class CampaignMembers implements Members {
  @IsOptional()
  @Text(CAMPAIGN_RANGES.name[1])
  name?: string | null;

  @IfGiven()
  @IsIn(CAMPAIGN_STATES, { context: { allowed: CAMPAIGN_STATES.join(', ') } })
  state?: CampaignState;

  /** `null`: the service's own setting again. */
  @IsOptional()
  @WholeNumber(...CAMPAIGN_RANGES.maxRecordsPerCall)
  maxRecordsPerCall?: number | null;

  @IfGiven()
  @WholeNumber(...CAMPAIGN_RANGES.maxIncomplete)
  maxIncomplete?: number;

  @IfGiven()
  @WholeNumber(...CAMPAIGN_RANGES.admissionIntervalMs)
  admissionIntervalMs?: number;

  @IfGiven()
  @WholeNumber(...CAMPAIGN_RANGES.batchSize)
  batchSize?: number;

  @IfGiven()
  @IsBoolean()
  requireNumberType?: boolean;

  @IfGiven()
  @IsBoolean()
  requireJsonCallData?: boolean;

  @IfGiven()
  @WholeNumber(...CAMPAIGN_RANGES.maxNumbersPerRecord)
  maxNumbersPerRecord?: number;

  @IfGiven()
  @WholeNumber(...CAMPAIGN_RANGES.minNumberLength)
  minNumberLength?: number;
}
