import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long before its slot, in ms, a job is taken from the queue; the rest is waited in process. A queue's own delay is a
 * hint: an idle Redis wakes a blocked client up to 100 ms late.
 */
export const LEAD_MS = 150;

/** Waits `ms`, or until the process is about to stop. */
export async function waitUnlessStopping(ms: number, stopping: AbortSignal): Promise<void> {
  try {
    await sleep(Math.ceil(ms), undefined, { signal: stopping });
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
}
