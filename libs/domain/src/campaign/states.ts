/** `paused` takes numbers and admits them: only the dialers stop. */
export const CAMPAIGN_STATES = ['running', 'paused', 'completed', 'expired'] as const;

export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** Whether a campaign in this state takes numbers; otherwise it is 0200019. */
export function takesNumbers(state: CampaignState): boolean {
  return state === 'running' || state === 'paused';
}
