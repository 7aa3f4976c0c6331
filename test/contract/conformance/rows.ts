/**
 * The interface's rules and codes as data: a row for each, and one for each pair of neighbours in the order of checks.
 * What a row of a record says holds in a call and in an upload alike.
 */
export { CALL_CAMPAIGNS, CALL_ROWS } from './call-rows.ts';
export type { CallRow } from './call-rows.ts';
export { BROKEN_ROWS, CAMPAIGNS, ORDER_ROWS, RULE_ROWS } from './record-rows.ts';
export type { BrokenRow, CampaignName, RecordRow } from './record-rows.ts';
export { VERDICT_ROWS } from './verdict-rows.ts';
export type { VerdictRow } from './verdict-rows.ts';
export { describeFault } from './wording.ts';
