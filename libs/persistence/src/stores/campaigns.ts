import type { CampaignMembers } from '#wire';
import type { Database } from '../database.ts';
import type { Campaign } from '../generated/prisma/client.ts';
import type { CampaignState } from '../generated/prisma/enums.ts';
import { changeCampaign } from '../sql/change-campaign.ts';
import { findCampaign } from '../sql/find-campaign.ts';
import { readCampaignStats } from '../sql/read-campaign-stats.ts';
import type { CampaignStatsRow } from '../sql/read-campaign-stats.ts';

export type { Campaign, CampaignState };

export class CampaignStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Creates the campaign or changes it. The primary key decides between two that create it at once: the second changes
   * what the first has made. Campaigns are never deleted, so the update always finds it.
   */
  async put(
    vdnId: number,
    campaignId: number,
    settings: CampaignMembers,
  ): Promise<{ campaign: Campaign; created: boolean }> {
    const key = { vdnId, id: BigInt(campaignId) };
    const { count } = await this.#database.prisma.campaign.createMany({
      data: { ...key, ...settings },
      skipDuplicates: true,
    });
    const campaign =
      count === 1
        ? await this.find(vdnId, campaignId)
        : await changeCampaign(this.#database.pool, vdnId, campaignId, settings);
    if (!campaign) throw new Error('a campaign is gone, and none is ever deleted');
    return { campaign, created: count === 1 };
  }

  find(vdnId: number, campaignId: number): Promise<Campaign | null> {
    return findCampaign(this.#database.pool, vdnId, campaignId);
  }

  /** A campaign in numbers; undefined where there is no such campaign. */
  stats(vdnId: number, campaignId: number): Promise<CampaignStatsRow | undefined> {
    return readCampaignStats(this.#database.pool, vdnId, campaignId);
  }

  /** Up to `limit` campaigns of a VDN, in the order of their IDs, after the one with the ID `after`. */
  async list(vdnId: number, limit: number, after: bigint | null): Promise<Campaign[]> {
    return this.#database.prisma.campaign.findMany({
      where: { vdnId, ...(after === null ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take: limit,
    });
  }
}
