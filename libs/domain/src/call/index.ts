export type { CallLimits, CheckedCall } from './check-call.ts';
export {
  checkBatchId,
  checkBody,
  checkCall,
  checkCallForCampaign,
  MAX_RECORDS_PER_CALL,
} from './check-call.ts';
export { checkTexts } from './check-texts.ts';
