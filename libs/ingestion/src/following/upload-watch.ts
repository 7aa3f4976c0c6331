import { isFinished, versionOf } from '#domain';
import type { Database, OutlookRow, ShownUpload } from '#persistence';
import { readOutlooks, readUploads } from '#persistence';
import { SharedPoll } from './shared-poll.ts';
import type { Follower } from './shared-poll.ts';

/** An upload as it was seen at one moment. */
export interface UploadSnapshot {
  readonly upload: ShownUpload;
  /** Of one that was open and not paused. */
  readonly outlook: OutlookRow | undefined;
}

/** How often, in ms, the followed uploads are looked at: an event stream has at most four events a second. */
const LOOK_MS = 250;

/**
 * Looks at the uploads that somebody follows. What it costs the database depends on how many uploads are followed, and
 * not on by how many: one statement a look, and one more when something has changed. While the database is away,
 * followers wait.
 */
export class UploadWatch {
  readonly #database: Database;
  readonly #poll: SharedPoll<UploadSnapshot>;
  #last: ReadonlyMap<string, UploadSnapshot> = new Map();

  /** @param onError told of the first failure of several in a row: for the log */
  constructor(database: Database, onError: (error: unknown) => void) {
    this.#database = database;
    this.#poll = new SharedPoll({
      everyMs: LOOK_MS,
      look: (uploadIds) => this.#look(uploadIds),
      onError,
    });
  }

  /** As long as neither state nor counts change, a follower sees the very same object again and again. */
  follow(uploadId: string, follower: Follower<UploadSnapshot>): () => void {
    return this.#poll.follow(uploadId, follower);
  }

  /**
   * The upload as soon as it is seen in a way that `isAwaited`; undefined when that does not come within `ms`, when `gone`
   * is aborted, or when the watch is stopped.
   */
  async until(
    uploadId: string,
    isAwaited: (upload: ShownUpload) => boolean,
    ms: number,
    gone: AbortSignal,
  ): Promise<UploadSnapshot | undefined> {
    if (gone.aborted) return undefined;
    let end = (): void => undefined;
    try {
      return await new Promise<UploadSnapshot | undefined>((resolve) => {
        const stop = (): void => {
          resolve(undefined);
        };
        const timer = setTimeout(stop, ms);
        gone.addEventListener('abort', stop, { once: true });
        const unfollow = this.#poll.follow(uploadId, {
          see: (snapshot) => {
            if (snapshot === undefined || isAwaited(snapshot.upload)) resolve(snapshot);
          },
          stop,
        });
        end = () => {
          clearTimeout(timer);
          gone.removeEventListener('abort', stop);
          unfollow();
        };
      });
    } finally {
      end();
    }
  }

  /** Lets all followers go: the process is about to stop. */
  stop(): void {
    this.#poll.stop();
  }

  async #look(uploadIds: readonly string[]): Promise<ReadonlyMap<string, UploadSnapshot>> {
    const { pool } = this.#database;
    const uploads = await readUploads(pool, uploadIds);
    const changed = uploads.filter((upload) => !this.#isAsBefore(upload));
    const open = changed.filter(({ state }) => !isFinished(state)).map(({ id }) => id);
    const outlooks = await readOutlooks(pool, open);
    const seen = new Map(
      uploads.map((upload) => [upload.id, { upload, outlook: outlooks.get(upload.id) }]),
    );
    for (const [id, snapshot] of this.#last) {
      const upload = seen.get(id)?.upload;
      if (upload !== undefined && this.#isAsBefore(upload)) seen.set(id, snapshot);
    }
    this.#last = seen;
    return seen;
  }

  #isAsBefore(upload: ShownUpload): boolean {
    const before = this.#last.get(upload.id)?.upload;
    return before !== undefined && versionOf(before) === versionOf(upload);
  }
}
