import { v7 as newId } from 'uuid';
import type { CallLimits, CheckedCall, JsonBody } from '#domain';
import {
  checkCall,
  checkCallForCampaign,
  checkTexts,
  dataIdAt,
  DEFAULT_RECORD_LIMITS,
  DuplicateIndex,
  readRecord,
} from '#domain';
import { ProblemError } from '#errors';
import type { Fault } from '#errors';
import type {
  Campaign,
  CampaignStore,
  Database,
  NewCall,
  Presence,
  StagedBatch,
} from '#persistence';
import {
  allOrNothing,
  answeredWithin,
  insertCall,
  isDatabaseError,
  isKeyTaken,
} from '#persistence';
import { checkCampaign } from '../campaign-check.ts';
import { hashSeed } from '../hash-seed.ts';
import { findFirstRequest, replay } from '../idempotency.ts';
import type { Idempotency, Replay } from '../idempotency.ts';
import { BatchBuilder } from '../intake/batch-builder.ts';
import type { Verdicts } from './verdicts.ts';

export interface PlacedCall {
  readonly vdnId: number;
  readonly campaignId: number;
  /** An object. */
  readonly body: JsonBody;
  readonly idempotency: Idempotency | null;
}

export interface AdmittedRecord {
  /** The record's first number. */
  readonly called: string;
  readonly dataId: string;
}

export type CallAnswer =
  | {
      readonly kind: 'admitted';
      readonly uploadId: string;
      readonly records: readonly AdmittedRecord[];
      /** The campaign's incomplete records right after the admission. */
      readonly incomplete: number;
      /** The campaign's interval between admissions. */
      readonly intervalMs: number;
    }
  | { readonly kind: 'refused'; readonly fault: Fault }
  | Replay;

export interface CallSettings {
  /** Records per call where the campaign does not say. */
  readonly callDataMax: number;
  readonly syncWaitMs: number;
  readonly timeZone: string;
}

/** The synchronous call: checked, put down, handed to a worker, and answered with that worker's verdict. */
export class CallService {
  readonly #database: Database;
  readonly #campaigns: CampaignStore;
  readonly #presence: Presence;
  readonly #verdicts: Verdicts;
  readonly #settings: CallSettings;

  constructor(
    database: Database,
    campaigns: CampaignStore,
    presence: Presence,
    verdicts: Verdicts,
    settings: CallSettings,
  ) {
    this.#database = database;
    this.#campaigns = campaigns;
    this.#presence = presence;
    this.#verdicts = verdicts;
    this.#settings = settings;
  }

  /**
   * All or nothing, by the interface's order of checks: the key, the form, the campaign, its own rules, and then, by the
   * worker, pace, blocklist and cap.
   *
   * @throws DomainError 0200006 when there was no verdict in time: nothing of the call is kept, or the text says that this is not known
   * @throws ProblemError IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED; TOO_LARGE for a record
   */
  place(call: PlacedCall): Promise<CallAnswer> {
    // Counted from before the database's own clock begins, so that this process is the first to give up.
    const deadline = performance.now() + this.#settings.syncWaitMs;
    // A call of which no worker was told is decided by none: what fails before that has no effect, also where it is put down.
    return allOrNothing(this.#place(call, deadline));
  }

  async #place(call: PlacedCall, deadline: number): Promise<CallAnswer> {
    const { vdnId, campaignId, body, idempotency } = call;
    if (idempotency !== null) {
      const finding = findFirstRequest(this.#database, vdnId, idempotency.key);
      const first = await answeredBy(deadline, finding);
      if (first !== undefined) return replay(first, idempotency.digest());
    }
    const campaign = await answeredBy(deadline, this.#campaigns.find(vdnId, campaignId));
    const limits = this.#limitsOf(campaign);
    const formFault = checkCall(body.value, limits);
    if (formFault !== null) return { kind: 'refused', fault: formFault };
    const tooLong = checkTexts(body);
    if (tooLong !== null) throw new ProblemError(tooLong);
    const fault =
      checkCampaign(campaign) ??
      checkCallForCampaign(body.value, limits, new DuplicateIndex(hashSeed()));
    if (fault !== null) return { kind: 'refused', fault };
    try {
      const intervalMs = campaign?.admissionIntervalMs ?? 0;
      return await this.#decide(call, intervalMs, deadline);
    } catch (error) {
      // An equal request was faster: what became of it is the answer.
      if (isKeyTaken(error)) return this.#place(call, deadline);
      throw error;
    }
  }

  async #decide(
    { vdnId, campaignId, body, idempotency }: PlacedCall,
    intervalMs: number,
    deadline: number,
  ): Promise<CallAnswer> {
    const { syncWaitMs, timeZone } = this.#settings;
    const { callDataList, batchId } = body.value as CheckedCall;
    const builder = new BatchBuilder(1);
    const records = callDataList.map((record) => readRecord(record, timeZone));
    for (const [index, record] of records.entries()) {
      builder.add(index + 1, record, body.itemText(index));
    }
    const uploadId = newId();
    const call: NewCall = {
      id: uploadId,
      vdnId,
      campaignId,
      batchId: batchId === '' ? null : (batchId ?? null),
      waitMs: syncWaitMs,
      receiver: this.#presence.receiver,
      claim: idempotency && { key: idempotency.key, requestDigest: idempotency.digest() },
    };
    const block = await this.#putDown(call, builder.build(), deadline);
    const job = { callId: uploadId, vdnId, campaignId };
    const verdict = await this.#verdicts.verdict(job, deadline, syncWaitMs);
    if (verdict.kind === 'refused') return verdict;
    return {
      kind: 'admitted',
      uploadId,
      incomplete: verdict.incomplete,
      intervalMs,
      records: records.map((record, place) => ({
        called: record.numbers[0] ?? '',
        dataId: dataIdAt(block, place),
      })),
    };
  }

  /**
   * Where the database fails or is silent it may have put the call down, or do so yet. Nobody decides it, for no worker is
   * told, and a sweep removes it; until then it would hold its key, so it is taken back if that can be done.
   */
  async #putDown(call: NewCall, batch: StagedBatch, deadline: number): Promise<bigint> {
    try {
      return await answeredBy(deadline, insertCall(this.#database.pool, call, batch));
    } catch (error) {
      if (isDatabaseError(error) && !isKeyTaken(error)) await this.#verdicts.takeBack(call.id);
      throw error;
    }
  }

  #limitsOf(campaign: Campaign | null): CallLimits {
    const maxRecordsPerCall = campaign?.maxRecordsPerCall ?? this.#settings.callDataMax;
    return { ...(campaign ?? DEFAULT_RECORD_LIMITS), maxRecordsPerCall };
  }
}

/** @param deadline of `performance.now()` */
function answeredBy<T>(deadline: number, work: Promise<T>): Promise<T> {
  return answeredWithin(deadline - performance.now(), work);
}
