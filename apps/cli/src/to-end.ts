import type { DialgateClient, UploadView } from '#client';
import { EXIT } from '#lifecycle';
import type { Context } from './context.ts';
import { EXIT_NOT_ALL } from './failure.ts';
import { InterruptedError } from './interrupted.ts';
import type { Progress } from './progress.ts';

/** Waits until an upload is worked off. Who ends the wait does not end the upload, and is told so. */
export async function toEnd(
  client: DialgateClient,
  uploadId: string,
  progress: Progress,
  { signal, note }: Context,
): Promise<UploadView> {
  let last: UploadView | null = null;
  try {
    for await (const upload of client.uploads.follow(uploadId, { signal })) {
      progress.working(upload);
      last = upload;
    }
  } catch (error) {
    progress.stop();
    if (error instanceof InterruptedError) {
      note(
        `The upload goes on without this command. To wait for it again: dialgate status ${uploadId} --wait; ` +
          `to end it: dialgate cancel ${uploadId}`,
      );
    }
    throw error;
  }
  progress.stop();
  if (last === null) throw new Error(`Nothing was heard of upload ${uploadId}.`);
  return last;
}

/** 0 only where every record was accepted. */
export const exitCodeOfUpload = ({ counts }: UploadView): number =>
  counts.accepted === counts.received ? EXIT.done : EXIT_NOT_ALL;
