import type { Page } from '#wire';
import type { Connection, Query } from './connection.ts';
import type { CallOptions } from './place.ts';

export interface ListOptions extends CallOptions {
  /** Items a request, 1 to 1,000. Default 100, the service's. */
  readonly pageSize?: number;
}

/** All items of a list, page by page: the next one is asked for when the one before was used up. */
export async function* itemsOf<T>(
  connection: Connection,
  path: string,
  query: Query,
  { pageSize, signal }: ListOptions,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = await connection.json(
      {
        method: 'GET',
        path,
        query: { ...query, limit: pageSize, cursor },
        statuses: [200],
        repetition: 'nothing-more',
        signal,
      },
      'items',
    );
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
