import { Body, Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkBody, DEFAULT_POLICY, MAX_RECORDS_PER_CALL } from '#domain';
import type { JsonBody } from '#domain';
import { DomainError } from '#errors';
import { CallService, UploadService } from '#ingestion';
import type { Idempotency, Replay } from '#ingestion';
import { CampaignStore, Database, UploadStore } from '#persistence';
import { Allow } from '../access/access.ts';
import { accessKeyOf } from '../access/caller.ts';
import { AnswerKeeper } from '../http/answer-keeper.ts';
import { idempotencyOf } from '../http/idempotency.ts';
import { campaignIdOf, vdnIdOf } from '../http/ids.ts';
import { IncomingBody, unsupported } from '../http/incoming-body.ts';
import { prefersAsync } from '../http/prefer.ts';
import { SETTINGS } from '../settings.ts';
import type { ApiSettings } from '../settings.ts';
import { acceptedAnswer, admittedAnswer, rebuildAnswer } from './answers.ts';

interface Call {
  readonly vdnId: number;
  readonly campaignId: number;
  readonly body: JsonBody;
  readonly idempotency: Idempotency | null;
}

/** The compatible call: add outbound numbers, synchronously, all or nothing; or as an upload, for who prefers that. */
@Controller('rest/isales/v2/openapi/campaigns')
@Allow('uploader')
export class CallDataController {
  readonly #calls: CallService;
  readonly #uploads: UploadService;
  readonly #store: UploadStore;
  readonly #campaigns: CampaignStore;
  readonly #database: Database;
  readonly #answers: AnswerKeeper;
  readonly #settings: ApiSettings;

  constructor(
    calls: CallService,
    uploads: UploadService,
    store: UploadStore,
    campaigns: CampaignStore,
    database: Database,
    answers: AnswerKeeper,
    @Inject(SETTINGS) settings: ApiSettings,
  ) {
    this.#calls = calls;
    this.#uploads = uploads;
    this.#store = store;
    this.#campaigns = campaigns;
    this.#database = database;
    this.#answers = answers;
    this.#settings = settings;
  }

  /** The body is converted before the path is looked at: that is the order of the interface's checks. */
  @Post(':vdnId/calldata/:campaignId')
  async add(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() incoming: unknown,
    @Param('vdnId') vdn: string,
    @Param('campaignId') campaign: string,
  ): Promise<object> {
    if (!(incoming instanceof IncomingBody)) throw unsupported('application/json');
    const isAsync = prefersAsync(request);
    const body = await this.#read(incoming, isAsync);
    const fault = checkBody(body.value);
    if (fault !== null) throw new DomainError(fault);
    const call: Call = {
      vdnId: vdnIdOf(vdn),
      campaignId: campaignIdOf(campaign),
      body,
      idempotency: idempotencyOf(request, incoming),
    };
    return isAsync ? this.#upload(call, accessKeyOf(request), reply) : this.#place(call, reply);
  }

  /**
   * More records than any campaign takes in a call are looked at, as the body is converted first, and not kept. How long a
   * record may be is asked later: what is too long in it may have a code.
   */
  #read(incoming: IncomingBody, isAsync: boolean): Promise<JsonBody> {
    const { uploadMaxRecords, uploadMaxLineBytes: maxItemBytes } = this.#settings;
    const member = 'callDataList';
    return isAsync
      ? incoming.json({
          list: { member, maxItems: uploadMaxRecords, maxItemBytes },
          mayBeGzip: true,
        })
      : incoming.json({
          list: { member, maxItems: Infinity, maxItemBytes: Infinity },
          keep: MAX_RECORDS_PER_CALL + 1,
        });
  }

  async #place(call: Call, reply: FastifyReply): Promise<object> {
    const answer = await this.#calls.place(call);
    if (answer.kind === 'refused') throw new DomainError(answer.fault);
    if (answer.kind === 'replayed') return this.#repeat(answer, reply);
    return this.#answers.give(
      reply,
      call.idempotency,
      answer.uploadId,
      admittedAnswer(answer, this.#settings.countIncomplete),
    );
  }

  async #upload(
    { body, ...call }: Call,
    accessKey: string | null,
    reply: FastifyReply,
  ): Promise<object> {
    const content = { format: 'json', json: body } as const;
    const answer = await this.#uploads.accept({
      ...call,
      batchId: null,
      policy: DEFAULT_POLICY,
      content,
      accessKey,
    });
    if (answer.kind === 'replayed') return this.#repeat(answer, reply);
    const { uploadId } = answer;
    return this.#answers.give(reply, call.idempotency, uploadId, acceptedAnswer(uploadId));
  }

  #repeat({ uploadId, answer }: Replay, reply: FastifyReply): Promise<object> {
    const { countIncomplete } = this.#settings;
    return this.#answers.repeat(reply, uploadId, answer, () =>
      rebuildAnswer(this.#database, this.#store, this.#campaigns, uploadId, countIncomplete),
    );
  }
}
