import type { Fault } from '#errors';
import { CODE } from '#errors';
import type { RecordLimits } from './limits.ts';
import type { CheckedRecord } from './read-record.ts';

/**
 * The rules that a campaign sets, over a value that `checkRecordForm` found right: 02000004 for every
 * number, then 02000009 for every number, then `callData`. Places as in `checkRecordForm`.
 */
export function checkRecordForCampaign(value: unknown, limits: RecordLimits): Fault | null {
  const record = value as CheckedRecord;
  return (
    checkNumberLengths(record, limits.minNumberLength) ??
    (limits.requireNumberType ? checkNumberTypes(record) : null) ??
    (limits.requireJsonCallData ? checkCallData(record) : null)
  );
}

function checkNumberLengths({ called }: CheckedRecord, min: number): Fault | null {
  // Only ASCII stands in a checked number: code units are characters.
  const index = called.findIndex((number) => number.calledNo.length < min);
  if (index < 0) return null;
  return { code: CODE.TOO_SHORT, place: `called[${index}].calledNo`, params: { min } };
}

function checkNumberTypes({ called }: CheckedRecord): Fault | null {
  const index = called.findIndex((number) => !number.type);
  if (index < 0) return null;
  return {
    code: CODE.WRONG_COMBINATION,
    place: `called[${index}].type`,
    params: { reason: 'typeRequired' },
  };
}

/** Any JSON text will do, a number or a string as well (RFC 8259, 2). */
function checkCallData({ callData }: CheckedRecord): Fault | null {
  if (!callData) return null;
  try {
    JSON.parse(callData);
    return null;
  } catch {
    return { code: CODE.NOT_CONVERTIBLE, place: 'callData', params: { expected: 'json' } };
  }
}
