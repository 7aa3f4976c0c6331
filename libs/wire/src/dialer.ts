import type { CallRecord } from './record.ts';

/** The statuses of a record. The first two are those of an incomplete one, which counts against the cap. */
export const RECORD_STATUSES = [
  'waiting',
  'leased',
  'completed',
  'failed',
  'recycled',
  'deleted',
] as const;

export type RecordStatus = (typeof RECORD_STATUSES)[number];

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

/** What a dialer can report: `completed` and `failed` make a record complete, `release` puts it back. */
export const RESULTS = ['completed', 'failed', 'release'] as const;

export interface RecordResult {
  readonly dataId: string;
  readonly result: (typeof RESULTS)[number];
}

/** What comes of a result. `repeated`: the same one again. `conflict`: another one, or the record is not leased. */
export const RESULT_OUTCOMES = ['applied', 'repeated', 'conflict', 'unknown'] as const;

export interface ResultOutcome {
  readonly dataId: string;
  readonly outcome: (typeof RESULT_OUTCOMES)[number];
}
