import type { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReceiptOutcome } from '#wire';
import { OUTCOMES } from '#wire';
import { ProblemError } from '#errors';
import { KeyWatch, sourceForm, streamReceipts, streamSource } from '#ingestion';
import type { ReceiptSelection, SourceForm } from '#ingestion';
import { Database, UploadStore } from '#persistence';
import { Allow } from '../access/access.ts';
import { accessKeyOf, visibleVdn } from '../access/caller.ts';
import { preferredType } from '../http/accept.ts';
import { bodyStream } from '../http/body-stream.ts';
import { localeOf } from '../http/face.ts';
import { onGone } from '../http/gone.ts';
import { UploadIdPipe } from '../http/ids.ts';
import type { QueryOf } from '../http/query.pipe.ts';
import { oneOf, QueryPipe } from '../http/query.pipe.ts';
import { RECEIPT_TYPES, WRITERS } from './receipt-writers.ts';

const REJECTED = ['invalid', 'duplicate', 'blocklisted', 'refused', 'dropped'] as const;

const QUERY = { outcome: oneOf([...OUTCOMES, 'rejected']), format: oneOf(['source']) };

interface Answer {
  readonly type: string;
  readonly body: Readable;
}

@Controller('v1/uploads')
@Allow('uploader')
export class ReceiptsController {
  readonly #database: Database;
  readonly #uploads: UploadStore;
  readonly #keys: KeyWatch;

  constructor(database: Database, uploads: UploadStore, keys: KeyWatch) {
    this.#database = database;
    this.#uploads = uploads;
    this.#keys = keys;
  }

  /**
   * One line for each record, in order; read from the database as fast as the client takes them. When its key is not good any
   * more the connection breaks, so that a part is never taken for all.
   */
  @Get(':uploadId/receipts')
  async stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('uploadId', UploadIdPipe) uploadId: string,
    @Query(new QueryPipe(QUERY)) { outcome, format }: QueryOf<typeof QUERY>,
  ): Promise<void> {
    const upload = await this.#uploads.find(uploadId, visibleVdn(request));
    if (upload === null) throw new ProblemError({ problem: 'NOT_FOUND', place: 'uploadId' });
    const { received, sourceFormat, sourceHeader } = upload;
    const selection = { uploadId, received, outcomes: outcomesOf(outcome) };
    const form = sourceForm(sourceFormat, sourceHeader);
    const answer =
      format === 'source'
        ? await this.#source(request, selection, form)
        : await this.#receipts(request, selection, form);
    const accessKey = accessKeyOf(request);
    if (accessKey !== null) {
      onGone(
        reply,
        this.#keys.follow(accessKey, () => answer.body.destroy()),
      );
    }
    await reply
      .header('content-type', `${answer.type}; charset=utf-8`)
      .header('vary', 'accept')
      .send(answer.body);
  }

  async #receipts(
    request: FastifyRequest,
    selection: ReceiptSelection,
    form: SourceForm,
  ): Promise<Answer> {
    const type = accepted(request, RECEIPT_TYPES);
    const pages = streamReceipts(this.#database, selection, form, localeOf(request));
    return { type, body: await bodyStream(WRITERS[type](pages)) };
  }

  async #source(
    request: FastifyRequest,
    selection: ReceiptSelection,
    form: SourceForm,
  ): Promise<Answer> {
    const type = accepted(request, [form.mediaType]);
    return { type, body: await bodyStream(streamSource(this.#database, selection, form)) };
  }
}

function accepted<T extends string>(request: FastifyRequest, types: readonly T[]): T {
  const type = preferredType(request.headers.accept, types);
  if (type === undefined) {
    throw new ProblemError({
      problem: 'NOT_ACCEPTABLE',
      place: 'Accept',
      params: { allowed: types.join(', ') },
    });
  }
  return type;
}

function outcomesOf(outcome: ReceiptOutcome | 'rejected' | undefined): ReadonlySet<ReceiptOutcome> {
  if (outcome === undefined) return new Set(OUTCOMES);
  return new Set<ReceiptOutcome>(outcome === 'rejected' ? REJECTED : [outcome]);
}
