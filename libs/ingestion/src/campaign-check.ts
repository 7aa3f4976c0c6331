import { takesNumbers } from '#domain';
import type { Fault } from '#errors';
import { CODE, DomainError } from '#errors';
import type { Campaign } from '#persistence';

/** Whether there is such a campaign (0200007) and it takes numbers (0200019). */
export function checkCampaign(campaign: Campaign | null): Fault | null {
  if (campaign === null) return { code: CODE.CAMPAIGN_NOT_FOUND };
  if (takesNumbers(campaign.state)) return null;
  return { code: CODE.CAMPAIGN_CLOSED, params: { state: campaign.state } };
}

/** The campaign, if it is there and takes numbers; throws 0200007 or 0200019 otherwise. */
export function requireOpen(campaign: Campaign | null): Campaign {
  const fault = checkCampaign(campaign);
  if (campaign === null || fault !== null) {
    throw new DomainError(fault ?? { code: CODE.CAMPAIGN_NOT_FOUND });
  }
  return campaign;
}
