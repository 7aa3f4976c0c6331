import type { CallRecord } from './record.ts';

export type RecordStatus = 'waiting' | 'leased' | 'completed' | 'failed' | 'recycled' | 'deleted';

/** A record as it was sent, handed to one dialer until `leasedUntil`. */
export type LeasedRecord = CallRecord & {
  readonly dataId: string;
  readonly leasedUntil: string;
};

/** A record as it was sent, and where it stands. */
export type RecordView = CallRecord & {
  readonly dataId: string;
  readonly campaignId: number;
  /** Null once the upload was removed. */
  readonly uploadId: string | null;
  /** Its number in the upload, from 1. */
  readonly line: number;
  readonly status: RecordStatus;
  readonly createdAt: string;
};

/** `completed` and `failed` make a record complete, `release` puts it back. */
export interface RecordResult {
  readonly dataId: string;
  readonly result: 'completed' | 'failed' | 'release';
}

export interface ResultOutcome {
  readonly dataId: string;
  /** `repeated`: the same result again. `conflict`: another one, or the record is not leased. */
  readonly outcome: 'applied' | 'repeated' | 'conflict' | 'unknown';
}
