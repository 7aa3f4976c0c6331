import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isPhoneText } from '#domain';
import { ProblemError } from '#errors';
import { BlocklistService } from '#ingestion';
import type { BlocklistChange } from '#ingestion';
import { Database, listBlocked } from '#persistence';
import type { BlockedNumberView, Page } from '#wire';
import { Allow, Streamed } from '../access/access.ts';
import { accessKeyOf } from '../access/caller.ts';
import { Cursors } from '../http/cursors.ts';
import { VdnIdPipe } from '../http/ids.ts';
import { NoQuery } from '../http/no-query.ts';
import type { QueryOf } from '../http/query.pipe.ts';
import { badParameter, DEFAULT_LIMIT, pageLimit, QueryPipe } from '../http/query.pipe.ts';
import { recordBody } from '../http/record-body.ts';
import { SETTINGS } from '../settings.ts';
import type { ApiSettings } from '../settings.ts';

const LIST_QUERY = { prefix: readPrefix, limit: pageLimit, cursor: (text: string) => text };

@Controller('v1/vdns/:vdnId/blocklist')
@Allow('admin')
export class BlocklistController {
  readonly #blocklist: BlocklistService;
  readonly #database: Database;
  readonly #cursors: Cursors;
  readonly #settings: ApiSettings;

  constructor(
    blocklist: BlocklistService,
    database: Database,
    cursors: Cursors,
    @Inject(SETTINGS) settings: ApiSettings,
  ) {
    this.#blocklist = blocklist;
    this.#database = database;
    this.#cursors = cursors;
    this.#settings = settings;
  }

  /** All numbers take effect together, at the end of the body; what is no number is counted and left out. */
  @Post()
  @Streamed()
  @NoQuery()
  @HttpCode(200)
  async add(
    @Req() request: FastifyRequest,
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Body() body: unknown,
  ): Promise<BlocklistChange> {
    const content = recordBody(body, this.#settings.uploadMaxBytes);
    return this.#blocklist.add(vdnId, accessKeyOf(request), content);
  }

  @Get()
  async list(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Query(new QueryPipe(LIST_QUERY)) query: QueryOf<typeof LIST_QUERY>,
  ): Promise<Page<BlockedNumberView>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const name = `blocklist of ${vdnId}`;
    const after = this.#cursors.open(name, query.cursor) ?? '';
    const { pool } = this.#database;
    const found = await listBlocked(pool, vdnId, query.prefix ?? '', limit + 1, after);
    return this.#cursors.page(
      name,
      found,
      limit,
      ({ number }) => number,
      ({ number, expiresAt, createdAt }) => ({
        number,
        expiresAt: expiresAt?.toISOString() ?? null,
        createdAt: createdAt.toISOString(),
      }),
    );
  }

  @Delete(':number')
  @NoQuery()
  @HttpCode(204)
  async remove(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('number') number: string,
  ): Promise<void> {
    const removed = isPhoneText(number) && (await this.#blocklist.remove(vdnId, number));
    if (!removed) throw new ProblemError({ problem: 'NOT_FOUND', place: 'number' });
  }
}

function readPrefix(text: string, name: string): string {
  if (!/^[0-9*#]{0,24}$/.test(text)) throw badParameter(name, { expected: 'phoneCharacters' });
  return text;
}
