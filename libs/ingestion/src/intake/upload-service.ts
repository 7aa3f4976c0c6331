import { v7 as newId } from 'uuid';
import { applyPolicy } from '#domain';
import type { UploadPolicy } from '#domain';
import { CODE, DomainError, ProblemError } from '#errors';
import type { Campaign, CampaignStore, Database, Presence, Seal, SealOutcome } from '#persistence';
import {
  allOrNothing,
  discardUpload,
  extendReceiving,
  insertUpload,
  isKeyTaken,
  isSealed,
  sealUpload,
} from '#persistence';
import type { LaneQueue } from '#queue';
import { ASK_MS, Attempts } from '../attempts.ts';
import { requireOpen } from '../campaign-check.ts';
import { findFirstRequest, replay } from '../idempotency.ts';
import type { Idempotency, Replay } from '../idempotency.ts';
import { requireJsonUpload } from './json-upload.ts';
import { preview } from './preview.ts';
import type { Preview } from './preview.ts';
import { RecordSorter } from './record-sorter.ts';
import { sortContent } from './sort-content.ts';
import type { OwnNames, UploadContent } from './sort-content.ts';
import { Stager } from './stager.ts';

export interface UploadSettings {
  readonly maxRecords: number;
  /** Of valid records. */
  readonly maxNumbers: number;
  /** Of a line, a row or an item. */
  readonly maxLineBytes: number;
  readonly timeZone: string;
  /** An upload whose receiver is silent for so long is removed. */
  readonly receivingTimeoutSeconds: number;
}

export interface IncomingUpload {
  readonly vdnId: number;
  readonly campaignId: number;
  /** From the query; null: the body's, if it has one. */
  readonly batchId: string | null;
  readonly policy: UploadPolicy;
  readonly content: UploadContent;
  readonly idempotency: Idempotency | null;
  /** Of the key that it is sent with, which must still be good at its end; null: it is the operator's token. */
  readonly accessKey: string | null;
}

export type UploadAnswer = { readonly kind: 'accepted'; readonly uploadId: string } | Replay;

/** Signs of life of a receiver in its time-out: more than one may be lost. */
const SIGNS_OF_LIFE = 4;

/** Takes uploads in, whatever their size, in constant memory. */
export class UploadService {
  readonly #database: Database;
  readonly #campaigns: CampaignStore;
  readonly #presence: Presence;
  readonly #lanes: LaneQueue;
  readonly #settings: UploadSettings;
  readonly #onLostStatement: (error: unknown) => void;

  /** @param onLostStatement told of what failed and will be made up for by a sweep: for the log */
  constructor(
    database: Database,
    campaigns: CampaignStore,
    presence: Presence,
    lanes: LaneQueue,
    settings: UploadSettings,
    onLostStatement: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#campaigns = campaigns;
    this.#presence = presence;
    this.#lanes = lanes;
    this.#settings = settings;
    this.#onLostStatement = onLostStatement;
  }

  /**
   * Reads an upload to its end and answers with its ID: it is committed then, and will be worked off whatever fails next.
   * If anything goes wrong before, nothing of it is kept; if this process dies, nobody sees what it had written, and a
   * sweep removes it.
   *
   * @throws DomainError 0200007, 0200019 before the body is read; a code for a JSON body that is not of its form
   * @throws ProblemError TOO_LARGE, EMPTY_UPLOAD, IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED; UNAUTHORIZED when its key
   *   was revoked or has expired meanwhile
   * @throws NothingKeptError; DomainError 0200006 whose text says that what became of it is not known
   */
  accept(upload: IncomingUpload): Promise<UploadAnswer> {
    return allOrNothing(this.#accept(upload));
  }

  async #accept(upload: IncomingUpload): Promise<UploadAnswer> {
    const { vdnId, campaignId, content, idempotency } = upload;
    if (idempotency !== null) {
      const first = await findFirstRequest(this.#database, vdnId, idempotency.key);
      if (first !== undefined) {
        if ('body' in content) await readAway(content.body);
        // What was being served then may have ended while the body came in.
        const now = first.spent
          ? first
          : await findFirstRequest(this.#database, vdnId, idempotency.key);
        return replay(now, idempotency.digest());
      }
    }
    if ('json' in content) requireJsonUpload(content.json.value);
    const campaign = requireOpen(await this.#campaigns.find(vdnId, campaignId));
    const uploadId = newId();
    let seal: Seal;
    let other: Replay | undefined;
    try {
      await this.#begin(uploadId, upload);
      seal = await this.#receive(uploadId, upload, campaign);
      other = await this.#seal(seal, upload);
    } catch (error) {
      // An equal request was faster, and is being served or was.
      if (isKeyTaken(error)) return this.#accept(upload);
      // Also where it was the answer to the first statement that got lost: the upload may be there, and hold its key.
      await this.#discard(uploadId);
      throw error;
    }
    if (other !== undefined) {
      await this.#discard(uploadId);
      return other;
    }
    if (seal.state === 'queued') this.#lanes.wakeSoon({ vdnId, campaignId });
    return { kind: 'accepted', uploadId };
  }

  /** Does nothing to an upload that was sealed. If the database does not answer, a sweep removes what is there. */
  async #discard(uploadId: string): Promise<void> {
    await discardUpload(this.#database.pool, uploadId).catch(this.#onLostStatement);
  }

  #begin(
    id: string,
    { vdnId, campaignId, batchId, policy, content, idempotency }: IncomingUpload,
  ): Promise<void> {
    return insertUpload(this.#database.pool, {
      id,
      vdnId,
      campaignId,
      batchId,
      sourceFormat: content.format,
      policy,
      receivingSeconds: this.#settings.receivingTimeoutSeconds,
      receiver: this.#presence.receiver,
      claim: idempotency?.isProved === true ? { key: idempotency.key, requestDigest: null } : null,
    });
  }

  /**
   * From the seal on the upload has taken effect. Where it claims its key only now, and an equal request has it, what became
   * of that one is the answer; if that one has died, the key is free again.
   *
   * @throws DomainError 0200006: nothing of it is kept, or the text says that this is not known
   * @throws ProblemError UNAUTHORIZED, IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED
   */
  async #seal(seal: Seal, { vdnId, idempotency }: IncomingUpload): Promise<Replay | undefined> {
    for (;;) {
      switch (await this.#trySeal(seal)) {
        case 'sealed':
          return undefined;
        case 'notAllowed':
          throw new ProblemError({ problem: 'UNAUTHORIZED' });
        case 'removed':
          // Because this process was silent for too long: nothing of it is kept.
          throw new DomainError({ code: CODE.DATABASE_ERROR, nothingKept: true });
        case 'keyTaken': {
          if (idempotency === null) throw new Error('a key was taken that nobody claimed');
          const first = await findFirstRequest(this.#database, vdnId, idempotency.key);
          if (first !== undefined) return replay(first, idempotency.digest());
        }
      }
    }
  }

  /**
   * Where the answer to the seal is lost the database is asked, for a few seconds: what can be removed still was not sealed,
   * and what neither can be removed nor is sealed was removed before.
   */
  async #trySeal(seal: Seal): Promise<SealOutcome | 'keyTaken'> {
    const { pool } = this.#database;
    const id = seal.uploadId;
    try {
      return await sealUpload(pool, seal);
    } catch (error) {
      if (isKeyTaken(error)) return 'keyTaken';
      const attempts = new Attempts(this.#onLostStatement);
      const sealed = await attempts.repeat(
        async () => !(await discardUpload(pool, id)) && (await isSealed(pool, id)),
        performance.now() + ASK_MS,
      );
      if (sealed === undefined) throw attempts.unknownOutcome();
      if (!sealed) throw error;
      return 'sealed';
    }
  }

  /** Stages the whole upload, and looks ahead where its policy asks for that; answers with what seals it. */
  async #receive(id: string, upload: IncomingUpload, campaign: Campaign): Promise<Seal> {
    const { maxRecords, maxNumbers, timeZone } = this.#settings;
    const { batchSize } = campaign;
    const sorter = new RecordSorter({
      limits: campaign,
      batchSize,
      maxRecords,
      maxNumbers,
      timeZone,
    });
    const stager = new Stager(this.#database, id);
    const life = this.#keepAlive(id);
    const { vdnId, campaignId, policy } = upload;
    let own: OwnNames;
    let ahead: Preview;
    try {
      own = await sortContent(upload.content, sorter, stager, this.#settings);
      if (sorter.received === 0) throw new ProblemError({ problem: 'EMPTY_UPLOAD' });
      await stager.finish();
      const batches = sorter.batchCount;
      const staged = { id, vdnId, campaignId, batches, batchSize, policy };
      ahead = await preview(this.#database, staged);
    } finally {
      clearInterval(life);
      // Also when something has failed: what is under way must have ended before it is removed.
      await stager.finish();
    }
    const { received, invalid, duplicate, firstInvalid, firstDuplicate } = sorter;
    return {
      uploadId: id,
      batchId: upload.batchId ?? own.batchId,
      sourceHeader: own.sourceHeader,
      received,
      invalid,
      duplicate,
      blocklisted: ahead.blocklisted,
      ...applyPolicy(
        { received, invalid, duplicate, firstInvalid, firstDuplicate, ...ahead },
        policy,
      ),
      batches: sorter.batchCount,
      requestDigest: upload.idempotency?.digest() ?? null,
      lateClaim: upload.idempotency?.isProved === false ? upload.idempotency.key : null,
      accessKey: upload.accessKey,
    };
  }

  /** Says from time to time that the upload is still being received, however slowly its sender sends. */
  #keepAlive(id: string): NodeJS.Timeout {
    const seconds = this.#settings.receivingTimeoutSeconds;
    return setInterval(
      () => {
        extendReceiving(this.#database.pool, id, seconds).catch(this.#onLostStatement);
      },
      (seconds * 1000) / SIGNS_OF_LIFE,
    );
  }
}

/** Reads a body to its end, for its digest alone. */
async function readAway(body: AsyncIterable<Buffer>): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
}
