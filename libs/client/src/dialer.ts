import type { LeasedRecord, RecordResult, RecordView, ResultOutcome } from '#wire';
import type { Connection } from './connection.ts';
import { jsonContent } from './content.ts';
import type { CallOptions, CampaignPlace } from './place.ts';
import { campaignPath, vdnPath } from './place.ts';

export interface LeaseOptions extends CallOptions {
  /** 1 to 2,000. Default 100, the service's. */
  readonly limit?: number;
  /** 1 to 3,600. Default 60, the service's. */
  readonly leaseSeconds?: number;
}

/** What dialers ask for and report. */
export class Dialer {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Takes the next records, the most urgent and oldest first; fewer than `limit`, at least one, where they are very long. Not
   * repeated when the answer is lost: its records come back by themselves when their lease has run out.
   */
  async lease(
    place: CampaignPlace,
    { limit, leaseSeconds, signal }: LeaseOptions = {},
  ): Promise<readonly LeasedRecord[]> {
    const { items } = await this.#connection.json<{ items: readonly LeasedRecord[] }>(
      {
        method: 'POST',
        path: `${campaignPath(place)}/leases`,
        content: jsonContent({ limit, leaseSeconds }),
        statuses: [200],
        repetition: 'again',
        signal,
      },
      'items',
    );
    return items;
  }

  /** Reports at most 2,000 results. Repeated when the answer is lost: what was applied then is `repeated`. */
  async report(
    vdnId: number,
    results: readonly RecordResult[],
    { signal }: CallOptions = {},
  ): Promise<readonly ResultOutcome[]> {
    const { items } = await this.#connection.json<{ items: readonly ResultOutcome[] }>(
      {
        method: 'POST',
        path: `${vdnPath(vdnId)}/calldata/results`,
        content: jsonContent(results),
        statuses: [200],
        repetition: 'nothing-more',
        signal,
      },
      'items',
    );
    return items;
  }

  record(vdnId: number, dataId: string, { signal }: CallOptions = {}): Promise<RecordView> {
    return this.#connection.json(
      {
        method: 'GET',
        path: recordPath(vdnId, dataId),
        statuses: [200],
        repetition: 'nothing-more',
        signal,
      },
      'dataId',
    );
  }

  /**
   * Takes a waiting record out. Not repeated when the answer is lost: a repetition could not tell its own deletion from
   * somebody else's. `record` says what became of it.
   */
  async remove(vdnId: number, dataId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#connection.send(
      {
        method: 'DELETE',
        path: recordPath(vdnId, dataId),
        statuses: [204],
        repetition: 'again',
        signal,
      },
      (response) => response.text(),
    );
  }
}

const recordPath = (vdnId: number, dataId: string): string =>
  `${vdnPath(vdnId)}/calldata/${encodeURIComponent(dataId)}`;
