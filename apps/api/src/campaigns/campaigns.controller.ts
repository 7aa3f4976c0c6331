import { Body, Controller, Get, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CODE, DomainError } from '#errors';
import { CampaignStore } from '#persistence';
import { LaneQueue } from '#queue';
import type { CampaignStats, CampaignView, Page } from '#wire';
import { Allow } from '../access/access.ts';
import { Cursors } from '../http/cursors.ts';
import { CampaignIdPipe, VdnIdPipe } from '../http/ids.ts';
import { JsonBodyPipe } from '../http/json-body.pipe.ts';
import { MembersPipe } from '../http/members.pipe.ts';
import { NoQuery } from '../http/no-query.ts';
import type { QueryOf } from '../http/query.pipe.ts';
import { DEFAULT_LIMIT, pageLimit, QueryPipe } from '../http/query.pipe.ts';
import { SETTINGS } from '../settings.ts';
import type { ApiSettings } from '../settings.ts';
import { CampaignMembers } from './campaign-members.ts';
import { showCampaign } from './campaign-view.ts';
import { showStats } from './campaign-stats.ts';

const LIST_QUERY = { limit: pageLimit, cursor: (text: string) => text };

@Controller('v1/vdns/:vdnId/campaigns')
@Allow('uploader')
export class CampaignsController {
  readonly #campaigns: CampaignStore;
  readonly #lanes: LaneQueue;
  readonly #cursors: Cursors;
  readonly #settings: ApiSettings;

  constructor(
    campaigns: CampaignStore,
    lanes: LaneQueue,
    cursors: Cursors,
    @Inject(SETTINGS) settings: ApiSettings,
  ) {
    this.#campaigns = campaigns;
    this.#lanes = lanes;
    this.#cursors = cursors;
    this.#settings = settings;
  }

  @Put(':campaignId')
  @Allow('admin')
  @NoQuery()
  async put(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('campaignId', CampaignIdPipe) campaignId: number,
    @Body(JsonBodyPipe, new MembersPipe(CampaignMembers)) members: CampaignMembers,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CampaignView> {
    const { campaign, created } = await this.#campaigns.put(vdnId, campaignId, members);
    // There may be room now, a nearer slot, or nothing more to wait for.
    if (!created) this.#lanes.hurrySoon({ vdnId, campaignId });
    void reply.status(created ? 201 : 200);
    return showCampaign(campaign, this.#settings.callDataMax);
  }

  @Get(':campaignId')
  @NoQuery()
  async get(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('campaignId', CampaignIdPipe) campaignId: number,
  ): Promise<CampaignView> {
    const campaign = await this.#campaigns.find(vdnId, campaignId);
    if (campaign === null) throw new DomainError({ code: CODE.CAMPAIGN_NOT_FOUND });
    return showCampaign(campaign, this.#settings.callDataMax);
  }

  @Get(':campaignId/stats')
  @NoQuery()
  async stats(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('campaignId', CampaignIdPipe) campaignId: number,
  ): Promise<CampaignStats> {
    const stats = await this.#campaigns.stats(vdnId, campaignId);
    if (stats === undefined) throw new DomainError({ code: CODE.CAMPAIGN_NOT_FOUND });
    return showStats(stats);
  }

  @Get()
  async list(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Query(new QueryPipe(LIST_QUERY)) query: QueryOf<typeof LIST_QUERY>,
  ): Promise<Page<CampaignView>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const name = `campaigns of ${vdnId}`;
    const after = this.#cursors.open(name, query.cursor);
    const found = await this.#campaigns.list(
      vdnId,
      limit + 1,
      after === null ? null : BigInt(after),
    );
    return this.#cursors.page(
      name,
      found,
      limit,
      (campaign) => campaign.id.toString(),
      (campaign) => showCampaign(campaign, this.#settings.callDataMax),
    );
  }
}
