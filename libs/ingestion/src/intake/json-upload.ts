import { checkBatchId, checkBody } from '#domain';
import type { JsonBody } from '#domain';
import type { Fault } from '#errors';
import { CODE, DomainError } from '#errors';
import type { RecordSorter } from './record-sorter.ts';

/** Records that are sorted in one go; some 2 ms. */
const GO = 1_000;

/** A value that `requireJsonUpload` found right. */
interface JsonUpload {
  readonly callDataList: readonly unknown[];
  readonly batchId?: string | null;
}

/**
 * Makes sure that a JSON value has the form of an upload: an object with a list of records, whatever these are.
 *
 * @throws DomainError
 */
export function requireJsonUpload(value: unknown): void {
  const { callDataList, batchId } = (value ?? {}) as { callDataList?: unknown; batchId?: unknown };
  const fault = checkBody(value) ?? checkList(callDataList) ?? checkBatchId(batchId);
  if (fault !== null) throw new DomainError(fault);
}

/** The `batchId` of a body that has the form of an upload. */
export function batchIdOf({ value }: JsonBody): string | null {
  const { batchId } = value as JsonUpload;
  return batchId === '' ? null : (batchId ?? null);
}

/** Sorts the records of a body that has the form of an upload, in parts. It yields after each. */
export function* sortJsonUpload(body: JsonBody, sorter: RecordSorter): Generator<undefined, void> {
  const { callDataList } = body.value as JsonUpload;
  for (const [index, record] of callDataList.entries()) {
    sorter.add(record, body.itemText(index));
    if ((index + 1) % GO === 0) yield;
  }
}

function checkList(list: unknown): Fault | null {
  const place = 'callDataList';
  if (list === undefined || list === null) return { code: CODE.MISSING, place };
  if (!Array.isArray(list)) return { code: CODE.WRONG_TYPE, place, params: { expected: 'list' } };
  return list.length === 0 ? { code: CODE.MISSING, place } : null;
}
