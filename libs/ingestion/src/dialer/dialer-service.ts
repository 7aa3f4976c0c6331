import type { ResultOutcome } from '#domain';
import { CODE, DomainError, ProblemError } from '#errors';
import type { CampaignStore, Database, FoundRecord, LeasedRecord } from '#persistence';
import { deleteRecord, findRecord, leaseRecords } from '#persistence';
import type { LaneQueue } from '#queue';
import { reportResults } from './report-results.ts';
import type { ReportedResult } from './report-results.ts';
import { endRecords } from './room.ts';

/** Characters of records from which on a lease takes no more: 2,000 of 64 KiB each would be 128 MiB, several times over. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * Records leased by one statement: a lease of more is taken in steps, which all end at one time. What is locked is leased: so
 * nobody else passes over what is then left.
 */
const STEP = 256;

/** What dialers do: take records, report what became of them. */
export class DialerService {
  readonly #database: Database;
  readonly #campaigns: CampaignStore;
  readonly #lanes: LaneQueue;
  readonly #onError: (error: unknown) => void;

  /** @param onError told of what failed and will be made up for by a sweep: for the log */
  constructor(
    database: Database,
    campaigns: CampaignStore,
    lanes: LaneQueue,
    onError: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#campaigns = campaigns;
    this.#lanes = lanes;
    this.#onError = onError;
  }

  /**
   * Leases the next records of a campaign, at most `limit`: by priority, 1 first, then by age, which is the order of their IDs.
   * Fewer where they are very long; none where the campaign is not running. No record is leased twice at a time; one whose
   * lease has run out stands at its old place.
   *
   * @throws DomainError 0200007
   */
  async lease(
    vdnId: number,
    campaignId: number,
    limit: number,
    leaseSeconds: number,
  ): Promise<LeasedRecord[]> {
    const campaign = await this.#campaigns.find(vdnId, campaignId);
    if (campaign === null) throw new DomainError({ code: CODE.CAMPAIGN_NOT_FOUND });
    if (campaign.state !== 'running') return [];
    const leased: LeasedRecord[] = [];
    for (let step = Math.min(limit, STEP), characters = 0; step > 0;) {
      const next = await this.#leaseNext(leased, vdnId, campaignId, step, leaseSeconds);
      leased.push(...next);
      if (next.length < step) break;
      characters = next.reduce((sum, { source }) => sum + source.length, characters);
      const fits = Math.ceil((MOST_CHARACTERS - characters) / (characters / leased.length));
      step = Math.min(limit - leased.length, STEP, fits);
    }
    return leased;
  }

  /** Where a further step fails, those that are leased by then are the answer. */
  async #leaseNext(
    leased: readonly LeasedRecord[],
    vdnId: number,
    campaignId: number,
    step: number,
    leaseSeconds: number,
  ): Promise<LeasedRecord[]> {
    try {
      const { pool } = this.#database;
      const until = leased[0]?.leasedUntil ?? null;
      const next = await leaseRecords(pool, vdnId, campaignId, step, leaseSeconds, until);
      return next.sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
    } catch (error) {
      if (leased.length === 0) throw error;
      this.#onError(error);
      return [];
    }
  }

  /** What came of each result, in their order. Reporting again what was reported changes nothing. */
  report(vdnId: number, results: readonly ReportedResult[]): Promise<ResultOutcome[]> {
    return endRecords(
      this.#database,
      this.#lanes,
      (tx) => reportResults(tx, vdnId, results),
      this.#onError,
    );
  }

  /** @throws ProblemError NOT_FOUND also for a record of another VDN */
  async find(vdnId: number, dataId: bigint): Promise<FoundRecord> {
    const record = await findRecord(this.#database.pool, vdnId, dataId);
    if (record === undefined) throw new ProblemError({ problem: 'NOT_FOUND', place: 'dataId' });
    return record;
  }

  /**
   * Takes a waiting record out of the backlog.
   *
   * @throws ProblemError NOT_FOUND, STATE_CONFLICT
   */
  async remove(vdnId: number, dataId: bigint): Promise<void> {
    for (;;) {
      const removed = await endRecords(
        this.#database,
        this.#lanes,
        async (tx) => {
          const ended = await deleteRecord(tx, vdnId, dataId);
          return { ended: ended === undefined ? [] : [ended], answer: ended !== undefined };
        },
        this.#onError,
      );
      if (removed) return;
      const { status } = await this.find(vdnId, dataId);
      if (status !== 'waiting') {
        throw new ProblemError({ problem: 'STATE_CONFLICT', params: { state: status } });
      }
      // It was given back in between, and can be removed now.
    }
  }
}
