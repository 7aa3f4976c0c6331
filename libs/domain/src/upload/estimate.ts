import type { CampaignState } from '#wire';
import { takesNumbers } from '../campaign/states.ts';
import type { UploadState } from './states.ts';
import { isFinished } from './states.ts';

/** What is left of an upload, and how it behaves. */
export interface Remainder {
  readonly state: UploadState;
  readonly dryRun: boolean;
  readonly onFull: 'wait' | 'refuse';
  /** Not decided to the last record. */
  readonly batches: number;
  /** Not decided records. */
  readonly pending: number;
}

/** What stands between an open upload and its end: its campaign, and the uploads before it that are not paused. */
export interface Outlook {
  readonly campaignState: CampaignState;
  readonly intervalMs: number;
  /** Until the campaign's next slot; zero or less: it is open. */
  readonly msUntilSlot: number;
  /** Incomplete records that the campaign may still take; negative counts as none. */
  readonly room: number;
  /** Batches that have their slots first. */
  readonly batchesAhead: number;
  /** Records that may take room first. */
  readonly recordsAhead: number;
}

/**
 * How long, in ms, until an upload that has not ended is finished, if nothing but uploads before it takes slots and room, and
 * no room is made. Null where that cannot be told: it is paused, or there is less room than is needed by it and those
 * before it, so that it has to wait until somebody makes room. A dry run takes neither slots nor room; of an upload that
 * does not wait for room, what does not fit is refused, and takes no longer.
 */
export function msUntilFinished(upload: Remainder, outlook: Outlook): number | null {
  if (isFinished(upload.state) || upload.state === 'paused') return null;
  // Its next turn ends it, and that of the others before it, without a slot.
  if (!takesNumbers(outlook.campaignState)) return 0;
  const waitsForRoom = !upload.dryRun && upload.onFull === 'wait';
  const needed = outlook.recordsAhead + (waitsForRoom ? upload.pending : 0);
  if (needed > Math.max(outlook.room, 0)) return null;
  const slots = outlook.batchesAhead + (upload.dryRun ? 0 : upload.batches);
  if (slots === 0) return 0;
  return Math.max(outlook.msUntilSlot, 0) + (slots - 1) * outlook.intervalMs;
}
