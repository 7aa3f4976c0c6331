import type { RecordResult, RecordStatus, RESULT_OUTCOMES } from '#wire';

/** What a dialer can report of a record that it has leased. */
export type Result = RecordResult['result'];

/** A record as a result finds it; one whose lease has run out is `waiting`. */
export interface ReportedRecord {
  readonly status: RecordStatus;
  /** The last result since it was last leased. */
  readonly lastResult: Result | null;
}

/** What a result brought about; `unknown` where there is no such record. */
export type ResultOutcome = (typeof RESULT_OUTCOMES)[number];

/** The record after a result that is applied: `completed` and `failed` make it complete, `release` puts it back. */
export function afterResult(result: Result): ReportedRecord {
  return { status: result === 'release' ? 'waiting' : result, lastResult: result };
}

/**
 * What a result does to a record: it is applied to a leased one, changes nothing where it is the record's last result and
 * the record has not been leased since, and is in conflict with everything else.
 */
export function outcomeOf(record: ReportedRecord, result: Result): ResultOutcome {
  if (record.status === 'leased') return 'applied';
  return record.lastResult === result ? 'repeated' : 'conflict';
}
