import { ErrorCode } from 'bullmq';
import type { Job } from 'bullmq';

/** Has a job that waits for its time done now. One that is gone, or at work already, is left alone. */
export async function promote(job: Job | undefined): Promise<void> {
  if (job === undefined || !(await job.isDelayed())) return;
  try {
    await job.promote();
  } catch (error) {
    // It was faster, and is at work or done.
    if (!isGoneOrAwake(error)) throw error;
  }
}

function isGoneOrAwake(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === ErrorCode.JobNotInState || code === ErrorCode.JobNotExist;
}
