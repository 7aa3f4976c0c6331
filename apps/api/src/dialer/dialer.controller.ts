import { Readable } from 'node:stream';
import { Body, Controller, Header, HttpCode, Param, Post } from '@nestjs/common';
import { parseDataId } from '#domain';
import { DialerService } from '#ingestion';
import type { ResultOutcome } from '#wire';
import { Allow } from '../access/access.ts';
import { CampaignIdPipe, VdnIdPipe } from '../http/ids.ts';
import { ItemsPipe } from '../http/items.pipe.ts';
import { JsonBodyPipe } from '../http/json-body.pipe.ts';
import { MembersPipe } from '../http/members.pipe.ts';
import { NoQuery } from '../http/no-query.ts';
import { LEASE, LeaseMembers, MOST_RESULTS, ResultMembers } from './dialer-members.ts';
import { leaseText } from './lease-text.ts';

@Controller('v1/vdns/:vdnId')
@Allow('dialer')
@NoQuery()
export class DialerController {
  readonly #dialer: DialerService;

  constructor(dialer: DialerService) {
    this.#dialer = dialer;
  }

  /** The next records to be called; nobody else is given them until the lease runs out. */
  @Post('campaigns/:campaignId/leases')
  @HttpCode(200)
  @Header('content-type', 'application/json; charset=utf-8')
  async lease(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('campaignId', CampaignIdPipe) campaignId: number,
    @Body(JsonBodyPipe, new MembersPipe(LeaseMembers)) members: LeaseMembers,
  ): Promise<Readable> {
    const { limit = LEASE.limit.otherwise, leaseSeconds = LEASE.leaseSeconds.otherwise } = members;
    const leased = await this.#dialer.lease(vdnId, campaignId, limit, leaseSeconds);
    return Readable.from(leaseText(leased), { objectMode: false });
  }

  /** What became of leased records; to be sent again when the answer was lost. */
  @Post('calldata/results')
  @HttpCode(200)
  async report(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Body(JsonBodyPipe, new ItemsPipe(ResultMembers, MOST_RESULTS)) results: ResultMembers[],
  ): Promise<{ items: ResultOutcome[] }> {
    const outcomes = await this.#dialer.report(
      vdnId,
      results.map(({ dataId, result }) => ({ dataId: parseDataId(dataId), result })),
    );
    return {
      items: results.map(({ dataId }, index) => ({
        dataId,
        outcome: outcomes[index] ?? 'unknown',
      })),
    };
  }
}
