import type { Campaign } from '#persistence';

/** A campaign as the native face shows it. */
export interface CampaignView {
  readonly vdnId: number;
  readonly campaignId: number;
  readonly name: string | null;
  readonly state: string;
  readonly maxRecordsPerCall: number;
  readonly maxIncomplete: number;
  readonly admissionIntervalMs: number;
  readonly batchSize: number;
  readonly requireNumberType: boolean;
  readonly requireJsonCallData: boolean;
  readonly maxNumbersPerRecord: number;
  readonly minNumberLength: number;
  /** Records admitted and not yet complete. */
  readonly incomplete: number;
  readonly capacityLeft: number;
  /** From when on the next admission may be; null before the first one. */
  readonly nextAdmissionAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** @param callDataMax records per call where the campaign does not say */
export function showCampaign(campaign: Campaign, callDataMax: number): CampaignView {
  return {
    vdnId: campaign.vdnId,
    campaignId: Number(campaign.id),
    name: campaign.name,
    state: campaign.state,
    maxRecordsPerCall: campaign.maxRecordsPerCall ?? callDataMax,
    maxIncomplete: campaign.maxIncomplete,
    admissionIntervalMs: campaign.admissionIntervalMs,
    batchSize: campaign.batchSize,
    requireNumberType: campaign.requireNumberType,
    requireJsonCallData: campaign.requireJsonCallData,
    maxNumbersPerRecord: campaign.maxNumbersPerRecord,
    minNumberLength: campaign.minNumberLength,
    incomplete: campaign.incomplete,
    // A cap that was lowered leaves no room, not less than none.
    capacityLeft: Math.max(campaign.maxIncomplete - campaign.incomplete, 0),
    nextAdmissionAt: nextAdmissionOf(campaign)?.toISOString() ?? null,
    createdAt: campaign.createdAt.toISOString(),
    updatedAt: campaign.updatedAt.toISOString(),
  };
}

/** From when on the campaign's next admission may be; null before the first one. */
export function nextAdmissionOf(campaign: Campaign): Date | null {
  if (campaign.lastAdmissionAt === null) return null;
  return new Date(campaign.lastAdmissionAt.getTime() + campaign.admissionIntervalMs);
}
