import type { Campaign } from '#persistence';
import type { CampaignView } from '#wire';

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
