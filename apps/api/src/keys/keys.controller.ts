import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { isAccessKey } from '#auth';
import { checkKey } from '#domain';
import { DomainError, ProblemError } from '#errors';
import { KeyRing } from '#ingestion';
import { ApiKeyStore } from '#persistence';
import type { ApiKey } from '#persistence';
import type { IssuedKey, KeyView, Page } from '#wire';
import { Allow } from '../access/access.ts';
import { Cursors } from '../http/cursors.ts';
import { VdnIdPipe } from '../http/ids.ts';
import { JsonBodyPipe } from '../http/json-body.pipe.ts';
import { MembersPipe } from '../http/members.pipe.ts';
import { NoQuery } from '../http/no-query.ts';
import type { QueryOf } from '../http/query.pipe.ts';
import { DEFAULT_LIMIT, pageLimit, QueryPipe } from '../http/query.pipe.ts';
import { KeyMembers } from './key-members.ts';

const LIST_QUERY = { limit: pageLimit, cursor: (text: string) => text };

@Controller('v1/vdns/:vdnId/keys')
@Allow('admin')
export class KeysController {
  readonly #ring: KeyRing;
  readonly #keys: ApiKeyStore;
  readonly #cursors: Cursors;

  constructor(ring: KeyRing, keys: ApiKeyStore, cursors: Cursors) {
    this.#ring = ring;
    this.#keys = keys;
    this.#cursors = cursors;
  }

  /** The only answer that ever holds the secrets. */
  @Post()
  @NoQuery()
  @Header('cache-control', 'no-store')
  async issue(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Body(JsonBodyPipe, new MembersPipe(KeyMembers)) { roles, ...described }: KeyMembers,
  ): Promise<IssuedKey> {
    const checked = checkKey(described, new Date());
    if ('code' in checked) throw new DomainError(checked);
    const { key, secretKey, token } = await this.#ring.issue({ vdnId, roles, ...checked });
    return { ...show(key), secretKey, token };
  }

  @Get()
  async list(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Query(new QueryPipe(LIST_QUERY)) query: QueryOf<typeof LIST_QUERY>,
  ): Promise<Page<KeyView>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const name = `keys of ${vdnId}`;
    const after = this.#cursors.open(name, query.cursor);
    const found = await this.#keys.list(vdnId, limit + 1, after);
    return this.#cursors.page(name, found, limit, (key) => key.accessKey, show);
  }

  /** From the next request on. */
  @Delete(':accessKey')
  @NoQuery()
  @HttpCode(204)
  async revoke(
    @Param('vdnId', VdnIdPipe) vdnId: number,
    @Param('accessKey') accessKey: string,
  ): Promise<void> {
    const revoked = isAccessKey(accessKey) && (await this.#keys.revoke(vdnId, accessKey));
    if (!revoked) throw new ProblemError({ problem: 'NOT_FOUND', place: 'accessKey' });
  }
}

function show(key: ApiKey): KeyView {
  return {
    accessKey: key.accessKey,
    vdnId: key.vdnId,
    name: key.name,
    roles: key.roles,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
