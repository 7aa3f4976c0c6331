import { Controller, Delete, Get, Header, HttpCode, Param } from '@nestjs/common';
import { DialerService } from '#ingestion';
import { Allow } from '../access/access.ts';
import { DataIdPipe, VdnIdPipe } from '../http/ids.ts';
import { NoQuery } from '../http/no-query.ts';
import { withMembers } from './record-text.ts';

@Controller('v1/vdns/:vdnId/calldata')
@NoQuery()
export class RecordsController {
  readonly #dialer: DialerService;

  constructor(dialer: DialerService) {
    this.#dialer = dialer;
  }

  @Get(':dataId')
  @Allow('dialer')
  @Header('content-type', 'application/json; charset=utf-8')
  async get(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('dataId', DataIdPipe) dataId: bigint,
  ): Promise<string> {
    const record = await this.#dialer.find(vdnId, dataId);
    return withMembers(record.source, {
      dataId: record.id.toString(),
      campaignId: Number(record.campaignId),
      uploadId: record.uploadId,
      line: record.line,
      status: record.status,
      createdAt: record.createdAt.toISOString(),
    });
  }

  /** A waiting record is not called any more, and its place under the cap is free. */
  @Delete(':dataId')
  @Allow('admin')
  @HttpCode(204)
  async remove(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('dataId', DataIdPipe) dataId: bigint,
  ): Promise<void> {
    await this.#dialer.remove(vdnId, dataId);
  }
}
