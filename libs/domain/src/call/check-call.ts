import type { Fault } from '#errors';
import { CODE, within } from '#errors';
import { checkRecordForCampaign } from '../record/check-for-campaign.ts';
import { checkRecordForm, isObject } from '../record/check-record.ts';
import type { DuplicateIndex } from '../record/duplicate-index.ts';
import type { RecordLimits } from '../record/limits.ts';
import { BATCH_ID } from '../record/members.ts';
import { readRecord } from '../record/read-record.ts';
import { compileText } from '../record/text-rule.ts';

/** The most that a campaign may say for `maxRecordsPerCall`. */
export const MAX_RECORDS_PER_CALL = 2_000;

/** What a campaign says about the form of a synchronous call. */
export interface CallLimits extends RecordLimits {
  /** Most records in `callDataList`, 1 to MAX_RECORDS_PER_CALL. */
  readonly maxRecordsPerCall: number;
}

/** A body that `checkCall` found right. */
export interface CheckedCall {
  /** Each is right by `checkRecordForm`. */
  readonly callDataList: readonly unknown[];
  readonly batchId?: string | null;
}

const checkBatchIdText = compileText(BATCH_ID);

/** A body that is JSON but no object: 02000006. Belongs to the body's conversion, before the path. */
export function checkBody(body: unknown): Fault | null {
  if (isObject(body)) return null;
  return { code: CODE.WRONG_TYPE, place: 'body', params: { expected: 'object' } };
}

/** The rule of `batchId`: at most 64 characters, and optional. */
export function checkBatchId(batchId: unknown): Fault | null {
  const fault = checkBatchIdText(batchId);
  return fault === null ? null : within(fault, 'batchId');
}

/**
 * The form of a synchronous call (the interface's Tables 3 to 5): `callDataList` itself, its records in
 * order, `batchId`. The first fault, or null.
 */
export function checkCall(body: unknown, limits: CallLimits): Fault | null {
  if (!isObject(body)) return checkBody(body);
  return (
    checkList(body.callDataList, limits.maxRecordsPerCall) ??
    firstFault(body.callDataList as unknown[], (record) => checkRecordForm(record, limits)) ??
    checkBatchId(body.batchId)
  );
}

/**
 * What comes once the campaign is known to take numbers, over a body that `checkCall` found right:
 * record by record the campaign's own rules, then 0200018 at the second of two equal numbers.
 *
 * @param claimed empty
 */
export function checkCallForCampaign(
  body: unknown,
  limits: CallLimits,
  claimed: DuplicateIndex,
): Fault | null {
  const { callDataList } = body as CheckedCall;
  return (
    firstFault(callDataList, (record) => checkRecordForCampaign(record, limits)) ??
    firstFault(callDataList, claimIn(claimed))
  );
}

function checkList(list: unknown, max: number): Fault | null {
  const place = 'callDataList';
  if (list === undefined || list === null) return { code: CODE.MISSING, place };
  if (!Array.isArray(list)) return { code: CODE.WRONG_TYPE, place, params: { expected: 'list' } };
  if (list.length === 0) return { code: CODE.MISSING, place };
  if (list.length > max) return { code: CODE.TOO_MANY_RECORDS, place, params: { max } };
  return null;
}

function firstFault(
  records: readonly unknown[],
  check: (record: unknown) => Fault | null,
): Fault | null {
  for (const [index, record] of records.entries()) {
    const fault = check(record);
    if (fault !== null) return within(fault, `callDataList[${index}]`);
  }
  return null;
}

function claimIn(index: DuplicateIndex): (record: unknown) => Fault | null {
  return (record) => {
    const repeated = index.claim(readRecord(record));
    if (repeated === null) return null;
    return { code: CODE.DUPLICATE_NUMBER, place: `called[${repeated}].calledNo` };
  };
}
