import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { readInstant } from '#domain';
import { ProblemError } from '#errors';
import { BlocklistStore } from '#persistence';
import { Allow } from '../access/access.ts';
import { Cursors } from '../http/cursors.ts';
import type { Page } from '../http/cursors.ts';
import { VdnIdPipe } from '../http/ids.ts';
import { JsonBodyPipe } from '../http/json-body.pipe.ts';
import { MembersPipe } from '../http/members.pipe.ts';
import type { QueryOf } from '../http/query.pipe.ts';
import { badParameter, DEFAULT_LIMIT, pageLimit, QueryPipe } from '../http/query.pipe.ts';
import { BlocklistMembers } from './blocklist-members.ts';

interface BlockedNumberView {
  readonly number: string;
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

const NUMBER = /^[0-9*#]{1,24}$/;

const LIST_QUERY = { prefix: readPrefix, limit: pageLimit, cursor: (text: string) => text };

@Controller('v1/vdns/:vdnId/blocklist')
@Allow('admin')
export class BlocklistController {
  readonly #blocklist: BlocklistStore;
  readonly #cursors: Cursors;

  constructor(blocklist: BlocklistStore, cursors: Cursors) {
    this.#blocklist = blocklist;
    this.#cursors = cursors;
  }

  /** What is no number is counted and left out; the others take effect together. */
  @Post()
  @HttpCode(200)
  async add(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Body(JsonBodyPipe, new MembersPipe(BlocklistMembers)) { numbers }: BlocklistMembers,
  ): Promise<{ added: number; updated: number; invalid: number }> {
    const valid = numbers.filter(({ number }) => NUMBER.test(number));
    const { added, updated } = await this.#blocklist.add(
      vdnId,
      valid.map(({ number, expiresAt }) => ({
        number,
        expiresAt: readInstant(expiresAt ?? '')?.toISOString() ?? null,
      })),
    );
    return { added, updated, invalid: numbers.length - valid.length };
  }

  @Get()
  async list(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Query(new QueryPipe(LIST_QUERY)) query: QueryOf<typeof LIST_QUERY>,
  ): Promise<Page<BlockedNumberView>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const name = `blocklist of ${vdnId}`;
    const after = this.#cursors.open(name, query.cursor);
    const found = await this.#blocklist.list(vdnId, query.prefix ?? '', limit + 1, after);
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
  @HttpCode(204)
  async remove(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('number') number: string,
  ): Promise<void> {
    const removed = NUMBER.test(number) && (await this.#blocklist.remove(vdnId, number));
    if (!removed) throw new ProblemError({ problem: 'NOT_FOUND', place: 'number' });
  }
}

function readPrefix(text: string, name: string): string {
  if (!/^[0-9*#]{0,24}$/.test(text)) throw badParameter(name, { expected: 'phoneCharacters' });
  return text;
}
