import type { CampaignState } from '#wire';

/** Whether a campaign in this state takes numbers; otherwise it is 0200019. */
export function takesNumbers(state: CampaignState): boolean {
  return state === 'running' || state === 'paused';
}
