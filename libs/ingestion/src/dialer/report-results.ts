import type { ReportedRecord, Result, ResultOutcome } from '#domain';
import { afterResult, outcomeOf } from '#domain';
import type { AppliedResult, EndedRecord, LockedRecord, Transaction } from '#persistence';
import { applyResults, lockRecords } from '#persistence';

/** A result as a dialer reports it. */
export interface ReportedResult {
  /** Null: what was reported is no data ID, and so the ID of no record. */
  readonly dataId: bigint | null;
  readonly result: Result;
}

/**
 * Applies results to records, in their order, also where several are about one record. The records are locked first: two
 * reports at once are applied one after the other, and the second finds what the first has done.
 */
export async function reportResults(
  tx: Transaction,
  vdnId: number,
  results: readonly ReportedResult[],
): Promise<{ ended: EndedRecord[]; answer: ResultOutcome[] }> {
  const ids = new Set(results.flatMap(({ dataId }) => (dataId === null ? [] : [dataId])));
  const records = new Map(
    (await lockRecords(tx, vdnId, [...ids])).map((record) => [record.id, record]),
  );
  const { outcomes, changed } = decide(records, results);
  const applied = Array.from(changed, ([id, record]) => ({ id, ...record }) as AppliedResult);
  if (applied.length > 0) await applyResults(tx, applied);
  const ended = applied.flatMap(({ id, status }): EndedRecord[] => {
    const campaignId = records.get(id)?.campaignId;
    return status === 'waiting' || campaignId === undefined ? [] : [{ vdnId, campaignId, status }];
  });
  return { ended, answer: outcomes };
}

/** What comes of each result, and how the records that change are at the end. */
function decide(
  records: ReadonlyMap<bigint, LockedRecord>,
  results: readonly ReportedResult[],
): { outcomes: ResultOutcome[]; changed: Map<bigint, ReportedRecord> } {
  const changed = new Map<bigint, ReportedRecord>();
  const outcomes = results.map(({ dataId, result }): ResultOutcome => {
    if (dataId === null) return 'unknown';
    const record = changed.get(dataId) ?? records.get(dataId);
    if (record === undefined) return 'unknown';
    const outcome = outcomeOf(record, result);
    if (outcome === 'applied') changed.set(dataId, afterResult(result));
    return outcome;
  });
  return { outcomes, changed };
}
