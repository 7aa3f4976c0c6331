import type { UploadCommand } from '#domain';
import { effectOf } from '#domain';
import { CODE, DomainError, ProblemError } from '#errors';
import type { Database, LaneRef, Queryable, Upload, UploadStore } from '#persistence';
import { cancelUpload, isDatabaseError, pauseUpload, resumeUpload } from '#persistence';
import type { LaneQueue } from '#queue';

type Move = (on: Queryable, uploadId: string, vdnId: number | null) => Promise<LaneRef | undefined>;

const MOVE: Readonly<Record<UploadCommand, Move>> = {
  cancel: cancelUpload,
  pause: pauseUpload,
  resume: resumeUpload,
};

/**
 * Cancels, pauses and resumes uploads. Each command is one conditional statement on the upload's row, whose lock whoever
 * admits a batch of it holds: so a command takes effect between two batches, several at once take effect one after the
 * other, and the counts are those of that moment. A command whose state is there already changes nothing.
 *
 * The lane is woken after the commit: another upload may have its turn now. If the process dies in between, a sweep
 * does that.
 */
export class UploadControl {
  readonly #database: Database;
  readonly #uploads: UploadStore;
  readonly #lanes: LaneQueue;
  readonly #onError: (error: unknown) => void;

  /** @param onError told when the database failed: for the log */
  constructor(
    database: Database,
    uploads: UploadStore,
    lanes: LaneQueue,
    onError: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#uploads = uploads;
    this.#lanes = lanes;
    this.#onError = onError;
  }

  /**
   * The upload after the command. Where a worker is admitting a batch of it, that is waited for, 3 s at most.
   *
   * @param vdnId the VDN whose uploads the sender can see; null: all
   * @throws ProblemError NOT_FOUND, STATE_CONFLICT
   * @throws DomainError 0200006 when the database failed; then the command may have taken effect or not
   */
  async command(command: UploadCommand, uploadId: string, vdnId: number | null): Promise<Upload> {
    try {
      return await this.#command(command, uploadId, vdnId);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      this.#onError(error);
      const params = { outcome: 'repeatableOutcome' };
      throw new DomainError({ code: CODE.DATABASE_ERROR, params }, { cause: error });
    }
  }

  async #command(command: UploadCommand, uploadId: string, vdnId: number | null): Promise<Upload> {
    for (;;) {
      const lane = await MOVE[command](this.#database.pool, uploadId, vdnId);
      if (lane !== undefined) {
        this.#lanes.hurrySoon({ vdnId: lane.vdnId, campaignId: Number(lane.campaignId) });
      }
      const upload = await this.#uploads.find(uploadId, vdnId);
      if (upload === null) throw new ProblemError({ problem: 'NOT_FOUND', place: 'uploadId' });
      if (lane !== undefined) return upload;
      const effect = effectOf(command, upload.state);
      if (effect === 'nothing') return upload;
      if (effect === 'conflict') {
        const params = { state: upload.state };
        throw new ProblemError({ problem: 'STATE_CONFLICT', params });
      }
      // Another command came in between, and the upload can be moved now.
    }
  }
}
