import { isFinished } from '#domain';
import type { Newest, UploadSnapshot } from '#ingestion';

/** The least time, in ms, between two events: at most four a second. */
const GAP_MS = 250;

/** A comment is sent after so many ms without an event, so that no proxy takes the connection for dead. */
const HEARTBEAT_MS = 15_000;

/** After how many ms a client that was cut off is to come back. */
const RETRY_MS = 2_000;

export interface EventText {
  /** What a client that comes back says it has seen last. */
  readonly id: string;
  /** JSON, on one line. */
  readonly data: string;
}

/**
 * Server-sent events (WHATWG HTML, 9.2) of the snapshots of an upload, from the newest one to the one at its end: one for
 * each that has another ID than the one before. They are made when they are asked for, so that a slow reader gets fewer
 * of them, and the newest.
 *
 * @param seen the ID of what the reader has seen last; null: nothing
 */
export async function* streamEvents(
  snapshots: Newest<UploadSnapshot>,
  seen: string | null,
  write: (snapshot: UploadSnapshot) => EventText,
): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  let last = seen;
  for (;;) {
    const snapshot = await snapshots.take(HEARTBEAT_MS);
    if (snapshot !== undefined) {
      const { id, data } = write(snapshot);
      if (id !== last) yield `id: ${id}\ndata: ${data}\n\n`;
      if (isFinished(snapshot.upload.state)) return;
      last = id;
      await snapshots.pause(GAP_MS);
    } else if (snapshots.hasEnded) {
      return;
    } else {
      yield ': still here\n\n';
    }
  }
}
