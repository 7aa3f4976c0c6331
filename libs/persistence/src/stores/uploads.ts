import type { UploadState } from '#domain';
import type { Database } from '../database.ts';
import type { Upload } from '../generated/prisma/client.ts';

export type { Upload };

export interface UploadFilter {
  readonly campaignId?: number;
  readonly batchId?: string;
  readonly state?: UploadState;
}

/** Reads uploads; one that is still being received is seen by nobody. */
export class UploadStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param vdnId null: of any VDN */
  async find(uploadId: string, vdnId: number | null): Promise<Upload | null> {
    return this.#database.prisma.upload.findFirst({
      where: {
        id: uploadId,
        state: { not: 'receiving' },
        ...(vdnId === null ? {} : { vdnId }),
      },
    });
  }

  /**
   * Up to `limit` uploads of a VDN, newest first (their IDs begin with the time at which their bodies did), older than the
   * one with the ID `before`: what comes in meanwhile moves nothing from one page to another. It stands before the first page,
   * or, if its body took its time, among those that are shown, at its place.
   */
  async list(
    vdnId: number,
    filter: UploadFilter,
    limit: number,
    before: string | null,
  ): Promise<Upload[]> {
    return this.#database.prisma.upload.findMany({
      where: {
        vdnId,
        ...(filter.campaignId === undefined ? {} : { campaignId: BigInt(filter.campaignId) }),
        ...(filter.batchId === undefined ? {} : { batchId: filter.batchId }),
        AND: [{ state: { not: 'receiving' } }, ...(filter.state ? [{ state: filter.state }] : [])],
        ...(before === null ? {} : { id: { lt: before } }),
      },
      orderBy: { id: 'desc' },
      take: limit,
    });
  }
}
