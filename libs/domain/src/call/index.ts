export type { CallLimits, CheckedCall } from './check-call.ts';
export { checkBatchId, checkBody, checkCall, checkCallForCampaign } from './check-call.ts';
