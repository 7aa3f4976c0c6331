import type { DialgateClient, DialgateError, UploadView } from '#client';
import { EXIT } from '#lifecycle';
import type { Context } from './context.ts';
import { EXIT_NOT_ALL } from './failure.ts';
import type { Progress } from './progress.ts';

/**
 * Waits until an upload is worked off. What ends the wait does not end the upload, and says so.
 *
 * @param seen what is known of it; null: perhaps it is not there
 */
export async function toEnd(
  client: DialgateClient,
  uploadId: string,
  seen: UploadView | null,
  progress: Progress,
  { signal, note }: Context,
): Promise<UploadView> {
  let last = seen;
  let isAway = false;
  const onFailure = (error: DialgateError): void => {
    if (isAway) return;
    isAway = true;
    progress.stop();
    note(`${error.message}. It is asked again for some minutes.`);
  };
  try {
    for await (const upload of client.uploads.follow(uploadId, { signal, onFailure })) {
      isAway = false;
      progress.working(upload);
      last = upload;
    }
  } catch (error) {
    progress.stop();
    if (last !== null) {
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
