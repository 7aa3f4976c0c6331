import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkBatchId, DEFAULT_POLICY } from '#domain';
import { DomainError } from '#errors';
import { UploadService } from '#ingestion';
import { UploadStore } from '#persistence';
import { SHOWN_STATES, SKIP_OR_ABORT, WAIT_OR_REFUSE } from '#wire';
import type { Page, UploadView } from '#wire';
import { Allow, Streamed } from '../access/access.ts';
import { accessKeyOf } from '../access/caller.ts';
import type { Answer } from '../http/answer.ts';
import { AnswerKeeper } from '../http/answer-keeper.ts';
import { Cursors } from '../http/cursors.ts';
import { idempotencyOf } from '../http/idempotency.ts';
import { campaignIdOf, CampaignIdPipe, VdnIdPipe } from '../http/ids.ts';
import type { QueryOf } from '../http/query.pipe.ts';
import {
  badParameter,
  DEFAULT_LIMIT,
  oneOf,
  pageLimit,
  QueryPipe,
  trueOrFalse,
} from '../http/query.pipe.ts';
import { recordBody } from '../http/record-body.ts';
import { SETTINGS } from '../settings.ts';
import type { ApiSettings } from '../settings.ts';
import { UploadViews } from './upload-views.ts';

const POST_QUERY = {
  batchId: readBatchId,
  onInvalid: oneOf(SKIP_OR_ABORT),
  onDuplicate: oneOf(SKIP_OR_ABORT),
  onBlocklisted: oneOf(SKIP_OR_ABORT),
  onFull: oneOf(WAIT_OR_REFUSE),
  dryRun: trueOrFalse,
};

const LIST_QUERY = {
  campaignId: readCampaignId,
  batchId: readBatchId,
  state: oneOf(SHOWN_STATES),
  limit: pageLimit,
  cursor: (text: string) => text,
};

@Controller('v1')
@Allow('uploader')
export class UploadsController {
  readonly #service: UploadService;
  readonly #uploads: UploadStore;
  readonly #views: UploadViews;
  readonly #cursors: Cursors;
  readonly #answers: AnswerKeeper;
  readonly #settings: ApiSettings;

  constructor(
    service: UploadService,
    uploads: UploadStore,
    views: UploadViews,
    cursors: Cursors,
    answers: AnswerKeeper,
    @Inject(SETTINGS) settings: ApiSettings,
  ) {
    this.#service = service;
    this.#uploads = uploads;
    this.#views = views;
    this.#cursors = cursors;
    this.#answers = answers;
    this.#settings = settings;
  }

  /** 202: the upload is committed, and will be worked off whatever fails next. */
  @Post('vdns/:vdnId/campaigns/:campaignId/uploads')
  @Streamed()
  async accept(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('campaignId', CampaignIdPipe) campaignId: number,
    @Query(new QueryPipe(POST_QUERY)) { batchId, ...policy }: QueryOf<typeof POST_QUERY>,
    @Body() body: unknown,
  ): Promise<object> {
    const content = recordBody(body, this.#settings.uploadMaxBytes);
    const idempotency = idempotencyOf(request, content.incoming);
    const accepted = await this.#service.accept({
      vdnId,
      campaignId,
      // Empty counts as absent, as it does in the body.
      batchId: batchId === '' ? null : (batchId ?? null),
      policy: { ...DEFAULT_POLICY, ...policy },
      content,
      idempotency,
      accessKey: accessKeyOf(request),
    });
    const { uploadId } = accepted;
    const make = async (): Promise<Answer> => ({
      status: 202,
      headers: { location: `/v1/uploads/${uploadId}` },
      body: await this.#views.show(await this.#views.find(uploadId, request), request),
    });
    return accepted.kind === 'replayed'
      ? this.#answers.repeat(reply, uploadId, accepted.answer, make)
      : this.#answers.give(reply, idempotency, uploadId, await make());
  }

  @Get('vdns/:vdnId/uploads')
  async list(
    @Req() request: FastifyRequest,
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Query(new QueryPipe(LIST_QUERY))
    { limit = DEFAULT_LIMIT, cursor, ...filter }: QueryOf<typeof LIST_QUERY>,
  ): Promise<Page<UploadView>> {
    const name = `uploads of ${vdnId}`;
    const before = this.#cursors.open(name, cursor);
    const found = await this.#uploads.list(vdnId, filter, limit + 1, before);
    const views = await this.#views.showAll(found, request);
    return this.#cursors.page(
      name,
      views,
      limit,
      (view) => view.id,
      (view) => view,
    );
  }
}

function readBatchId(text: string): string {
  const fault = checkBatchId(text);
  if (fault !== null) throw new DomainError(fault);
  return text;
}

function readCampaignId(text: string, name: string): number {
  try {
    return campaignIdOf(text);
  } catch (error) {
    if (error instanceof DomainError) throw badParameter(name, error.fault.params);
    throw error;
  }
}
