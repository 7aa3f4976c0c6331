import type { BlockedNumber, BlockedNumberView, BlocklistCounts } from '#wire';
import type { Connection } from './connection.ts';
import type { Content, Source } from './content.ts';
import { contentOf, jsonContent } from './content.ts';
import { errorOf } from './dialgate-error.ts';
import type { FormatOptions } from './formats.ts';
import { CONTENT_TYPES, formatOf } from './formats.ts';
import type { SendingProgress } from './outgoing-body.ts';
import type { ListOptions } from './pages.ts';
import { itemsOf } from './pages.ts';
import type { CallOptions } from './place.ts';
import { vdnPath } from './place.ts';

export interface ImportOptions extends CallOptions, FormatOptions {
  readonly onProgress?: (progress: SendingProgress) => void;
}

export interface BlocklistListOptions extends ListOptions {
  /** Only numbers that begin so. */
  readonly prefix?: string;
}

export class Blocklist {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Adds numbers, or changes when they expire. Sending them again changes nothing; only the counts of a repetition are
   * others, `updated` for `added`.
   */
  add(
    vdnId: number,
    numbers: readonly BlockedNumber[],
    options: CallOptions = {},
  ): Promise<BlocklistCounts> {
    return this.#send(vdnId, jsonContent({ numbers }), options);
  }

  /** The same for any length: NDJSON of `BlockedNumber`s, or CSV with the columns `number` and `expiresAt`. */
  async import(
    vdnId: number,
    source: Source<BlockedNumber>,
    options: ImportOptions = {},
  ): Promise<BlocklistCounts> {
    const { format, gzip } = formatOf(source, options);
    return this.#send(vdnId, await contentOf(source, CONTENT_TYPES[format], gzip), options);
  }

  /**
   * Unblocks a number. Repeated when the answer is lost: if the number is gone by then, this is what was asked for.
   *
   * @throws DialgateError with status 404 when it was not blocked
   */
  async remove(vdnId: number, number: string, { signal }: CallOptions = {}): Promise<void> {
    const path = `${vdnPath(vdnId)}/blocklist/${encodeURIComponent(number)}`;
    await this.#connection.send(
      { method: 'DELETE', path, statuses: [204, 404], repetition: 'nothing-more', signal },
      async (response, mayBeDone) => {
        if (response.status === 404 && !mayBeDone) {
          throw await errorOf(response, `DELETE ${path}`, null);
        }
        await response.text();
      },
    );
  }

  list(
    vdnId: number,
    { prefix, ...options }: BlocklistListOptions = {},
  ): AsyncIterable<BlockedNumberView> {
    return itemsOf(this.#connection, `${vdnPath(vdnId)}/blocklist`, { prefix }, options);
  }

  #send(
    vdnId: number,
    content: Content,
    { signal, onProgress }: ImportOptions,
  ): Promise<BlocklistCounts> {
    return this.#connection.json(
      {
        method: 'POST',
        path: `${vdnPath(vdnId)}/blocklist`,
        content,
        onProgress,
        statuses: [200],
        repetition: 'nothing-more',
        signal,
      },
      'added',
    );
  }
}
