import type { UploadView } from '#wire';
import type { Connection } from './connection.ts';
import { readJson } from './answers.ts';
import type { DialgateError } from './dialgate-error.ts';
import { patiently } from './patiently.ts';
import { pause } from './pause.ts';
import type { CallOptions } from './place.ts';
import { uploadPath } from './place.ts';
import type { RetrySettings } from './retry.ts';

export interface FollowOptions extends CallOptions {
  /** How long each request asks to be held while nothing changes, 0 to 60 s. Default 30. */
  readonly holdSeconds?: number;
  /** Between two requests where the service, or a proxy before it, does not hold them. Default 1,000 ms. */
  readonly pollMs?: number;
  /** How long failures that may pass are got over, from the first one since the last answer. Default 300,000 ms. */
  readonly patienceMs?: number;
  /** Hears of each of these failures. */
  readonly onFailure?: (error: DialgateError) => void;
}

/** Between two requests where it does, however fast the upload changes. */
const LEAST_MS = 200;

const ENDED: ReadonlySet<string> = new Set([
  'completed',
  'completed_with_errors',
  'cancelled',
  'failed',
]);

/** Whether an upload is worked off, so that nothing of it changes any more. */
export const hasEnded = ({ state }: UploadView): boolean => ENDED.has(state);

/**
 * An upload as it is now, and again after each change of its state or counts, to its end. Who is slow to take them misses
 * some, never the last one.
 *
 * The service is asked to hold each answer until there is something new (`Prefer: wait`, with the ETag of what is known).
 * Where it answers at once although nothing is new, it is polled. A service that is started anew, or cut off for a while, is
 * waited for: the upload goes on without us, and who was told that following it has failed might send it again.
 */
export async function* followUpload(
  connection: Connection,
  retry: RetrySettings,
  uploadId: string,
  { holdSeconds = 30, pollMs = 1000, patienceMs = 300_000, onFailure, signal }: FollowOptions,
): AsyncGenerator<UploadView, void, undefined> {
  let etag: string | null = null;
  let shown = '';
  for (;;) {
    const askedAt = performance.now();
    const answer = await patiently(() => ask(connection, uploadId, etag, holdSeconds, signal), {
      retry,
      patienceMs,
      onFailure,
      signal,
    });
    if (answer.upload !== null) {
      ({ etag } = answer);
      const { state, counts } = answer.upload;
      const changed = JSON.stringify([state, counts]);
      if (changed !== shown) {
        shown = changed;
        yield answer.upload;
      }
      if (hasEnded(answer.upload)) return;
    }
    const isHeld = answer.upload !== null && etag !== null;
    const rest = (isHeld ? LEAST_MS : pollMs) - (performance.now() - askedAt);
    if (rest > 0) await pause(rest, signal);
  }
}

function ask(
  connection: Connection,
  uploadId: string,
  etag: string | null,
  holdSeconds: number,
  signal: AbortSignal | undefined,
): Promise<{ upload: UploadView | null; etag: string | null }> {
  const path = uploadPath(uploadId);
  return connection.send(
    {
      method: 'GET',
      path,
      headers:
        etag === null ? {} : { 'if-none-match': etag, prefer: `wait=${Math.floor(holdSeconds)}` },
      statuses: [200, 304],
      repetition: 'nothing-more',
      attempts: 1,
      heldMs: holdSeconds * 1000,
      signal,
    },
    async (response) => ({
      upload: response.status === 304 ? null : await readJson(response, `GET ${path}`, 'counts'),
      etag: response.headers.get('etag'),
    }),
  );
}
