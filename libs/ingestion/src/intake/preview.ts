import type { LineFault, UploadPolicy } from '#domain';
import { asksForBlocklist, fitBatch } from '#domain';
import type { Database, Fitting, Queryable, UndecidedBatch } from '#persistence';
import { noteFits, readBatches, readRoom, rejectBlocked } from '#persistence';
import { blockedFault } from '../admission/blocked.ts';

export interface StagedUpload {
  readonly id: string;
  readonly vdnId: number;
  readonly campaignId: number;
  readonly batches: number;
  /** The most records of a batch. */
  readonly batchSize: number;
  readonly policy: UploadPolicy;
}

/** What the admission of a staged upload would come upon now. */
export interface Preview {
  readonly blocklisted: number;
  readonly firstBlocklisted: LineFault | null;
  /** Of a dry run: records that would find no room and be refused. */
  readonly refused: number;
}

/** Records looked at by one statement, where a batch has fewer: as many as the largest batch has. */
const RECORDS_AT_ONCE = 2_000;

/**
 * Looks ahead, some batches at a time, where an upload's policy has to know before the first batch is admitted, or where a
 * dry run is to report. What it finds is put down with the upload, which nobody sees before it is sealed: a process that
 * dies here leaves nothing. Where nothing of the kind is asked for it does nothing: the blocklist is looked at when a
 * batch's turn has come.
 */
export async function preview(database: Database, upload: StagedUpload): Promise<Preview> {
  const { id, vdnId, batches, batchSize, policy } = upload;
  if (!asksForBlocklist(policy)) return { blocklisted: 0, firstBlocklisted: null, refused: 0 };
  const { pool } = database;
  const room = await roomOf(pool, upload);
  const step = Math.max(Math.floor(RECORDS_AT_ONCE / batchSize), 1);
  let blocklisted = 0;
  let firstBlocklisted: LineFault | null = null;
  for (let first = 1; first <= batches; first += step) {
    const staged = await readBatches(pool, id, vdnId, first, first + step - 1);
    const blocked = staged.reduce((sum, batch) => sum + batch.blocked.length, 0);
    if (blocked > 0) {
      const fault = await rejectAll(pool, staged);
      firstBlocklisted ??= fault;
      blocklisted += blocked;
    }
    if (policy.dryRun)
      await noteFits(
        pool,
        staged.map((batch) => room.take(batch)),
      );
  }
  return { blocklisted, firstBlocklisted, refused: room.refused };
}

async function roomOf(on: Queryable, upload: StagedUpload): Promise<Room> {
  const { dryRun, onFull } = upload.policy;
  const isLimited = dryRun && onFull === 'refuse';
  return new Room(
    isLimited ? await readRoom(on, upload.vdnId, upload.campaignId) : Number.POSITIVE_INFINITY,
  );
}

/** Rejects the blocked records of some batches; answers with the first. */
async function rejectAll(
  on: Queryable,
  batches: readonly UndecidedBatch[],
): Promise<LineFault | null> {
  const blocked = batches.flatMap((batch) =>
    batch.blocked.map(([place, index]) => ({
      batchId: batch.id,
      place,
      fault: blockedFault(index),
    })),
  );
  const lines = await rejectBlocked(on, blocked);
  const [first] = blocked;
  // Batches and places ascend with the lines.
  return first === undefined ? null : { line: Math.min(...lines), fault: first.fault };
}

/** The room under the cap, as the batches of a dry run would take it one after the other. */
class Room {
  #left: number;
  #refused = 0;

  constructor(left: number) {
    this.#left = left;
  }

  /** Records that have found none. */
  get refused(): number {
    return this.#refused;
  }

  take(batch: UndecidedBatch): Fitting {
    const places = batch.blocked.map(([place]) => place);
    const { end, accepted } = fitBatch(0, batch.size, places, this.#left);
    this.#left -= accepted;
    this.#refused += batch.size - places.length - accepted;
    return { batchId: batch.id, wouldFit: end };
  }
}
