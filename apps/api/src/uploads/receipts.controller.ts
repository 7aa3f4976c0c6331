import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '#errors';
import { OUTCOMES, streamReceipts } from '#ingestion';
import type { Receipt, ReceiptOutcome } from '#ingestion';
import { Database, UploadStore } from '#persistence';
import { Allow } from '../access/access.ts';
import { visibleVdn } from '../access/caller.ts';
import { localeOf } from '../http/face.ts';
import { UploadIdPipe } from '../http/ids.ts';
import type { QueryOf } from '../http/query.pipe.ts';
import { oneOf, QueryPipe } from '../http/query.pipe.ts';

const REJECTED = ['invalid', 'duplicate', 'blocklisted', 'refused', 'dropped'] as const;

const QUERY = { outcome: oneOf([...OUTCOMES, 'rejected']) };

@Controller('v1/uploads')
@Allow('uploader')
export class ReceiptsController {
  readonly #database: Database;
  readonly #uploads: UploadStore;

  constructor(database: Database, uploads: UploadStore) {
    this.#database = database;
    this.#uploads = uploads;
  }

  /** One line for each record, in order; read from the database as fast as the client takes them. */
  @Get(':uploadId/receipts')
  async stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('uploadId', UploadIdPipe) uploadId: string,
    @Query(new QueryPipe(QUERY)) { outcome }: QueryOf<typeof QUERY>,
  ): Promise<void> {
    const upload = await this.#uploads.find(uploadId, visibleVdn(request));
    if (upload === null) throw new ProblemError({ problem: 'NOT_FOUND', place: 'uploadId' });
    const pages = streamReceipts(this.#database, {
      uploadId,
      received: upload.received,
      locale: localeOf(request),
      outcomes: outcomesOf(outcome),
    });
    await reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .send(Readable.from(linesOf(pages)));
  }
}

function outcomesOf(outcome: ReceiptOutcome | 'rejected' | undefined): ReadonlySet<ReceiptOutcome> {
  if (outcome === undefined) return new Set(OUTCOMES);
  return new Set<ReceiptOutcome>(outcome === 'rejected' ? REJECTED : [outcome]);
}

async function* linesOf(pages: AsyncIterable<Receipt[]>): AsyncGenerator<string> {
  for await (const page of pages) {
    if (page.length > 0) yield page.map((receipt) => `${JSON.stringify(receipt)}\n`).join('');
  }
}
