import { SHOWN_STATES } from '#wire';

/**
 * The states of an upload. `receiving` is shown nowhere; the last four are final.
 *
 * receiving -> queued -> running <-> waiting_capacity -> completed | completed_with_errors | failed
 * A paused upload is passed over; cancelling ends it.
 */
export const UPLOAD_STATES = ['receiving', ...SHOWN_STATES] as const;

export type UploadState = (typeof UPLOAD_STATES)[number];

const FINISHED: ReadonlySet<UploadState> = new Set<UploadState>([
  'completed',
  'completed_with_errors',
  'cancelled',
  'failed',
]);

/** Nothing of the upload is pending any more, and nothing of it will change. */
export function isFinished(state: UploadState): boolean {
  return FINISHED.has(state);
}

/** What became of the records of an upload; `pending` is the rest. */
export interface UploadCounts {
  readonly received: number;
  readonly accepted: number;
  readonly invalid: number;
  readonly duplicate: number;
  readonly blocklisted: number;
  readonly refused: number;
  readonly dropped: number;
}

/** Records whose fate is not decided: `received` less all the others. */
export function pendingOf(counts: UploadCounts): number {
  return (
    counts.received -
    counts.accepted -
    counts.invalid -
    counts.duplicate -
    counts.blocklisted -
    counts.refused -
    counts.dropped
  );
}
