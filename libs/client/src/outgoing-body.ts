import type { Content } from './content.ts';
import type { Deadline } from './deadline.ts';

/** How far the sending is. */
export interface SendingProgress {
  /** Bytes given to the connection, as they are sent. */
  readonly sentBytes: number;
  /** Bytes of the source that are among them: more where it is compressed on the way. */
  readonly readBytes: number;
  /** All of the source; null where that is not known. */
  readonly totalBytes: number | null;
  /** From 1; a repeated request begins anew. */
  readonly attempt: number;
  /** The end was given to the connection as well: from here on the service may have done what it was asked. */
  readonly ended: boolean;
}

/** A body on its way: read as fast as the connection takes it. */
export interface OutgoingBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** Whether anything was asked of the source. */
  begun(): boolean;
  /** Whether the end of the body was given to the connection. */
  ended(): boolean;
  /** What the source failed with, if it did. */
  failure(): Error | null;
  /** The attempt is over: the source is closed, and asked for nothing more. */
  stop(): void;
}

/**
 * Opens a content for sending.
 *
 * The time that the source takes does not count as the service's.
 */
export function sendContent(
  content: Content,
  deadline: Deadline,
  attempt: number,
  onProgress: ((progress: SendingProgress) => void) | undefined,
): OutgoingBody {
  let sentBytes = 0;
  let readBytes = 0;
  let begun = false;
  let ended = false;
  let failure: Error | null = null;
  let stopped = false;
  const { totalBytes } = content;
  const tell = (): void => onProgress?.({ sentBytes, readBytes, totalBytes, attempt, ended });
  const pieces = content.open((read) => (readBytes += read))[Symbol.asyncIterator]();
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    if (stopped) {
      controller.error(new Error('nothing more is sent'));
      return;
    }
    begun = true;
    deadline.pause();
    try {
      const next = await pieces.next();
      ended = next.done === true;
      // What came before is on its way, or the next piece would not be asked for.
      tell();
      if (next.done === true) {
        controller.close();
      } else {
        sentBytes += next.value.length;
        controller.enqueue(next.value);
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      controller.error(error);
    }
    deadline.start();
  };
  // Not waited for: a source that is asked for a piece answers when it has one, perhaps never.
  const stop = (): void => {
    stopped = true;
    void pieces.return?.().catch((error: unknown) => {
      failure ??= error instanceof Error ? error : new Error(String(error));
    });
  };
  // Nothing is read ahead: what is read is on its way.
  const stream = new ReadableStream<Uint8Array>({ pull, cancel: stop }, { highWaterMark: 0 });
  return { stream, begun: () => begun, ended: () => ended, failure: () => failure, stop };
}
