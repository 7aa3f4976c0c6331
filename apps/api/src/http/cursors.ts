import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Page } from '#wire';
import { badParameter } from './query.pipe.ts';

const MAC_BYTES = 16;

/**
 * Cursors of lists: where a page ended, opaque to the client, and sealed, so that one that was tampered with is known. A
 * cursor is good for the list it was made for, whatever filters are given with it.
 */
export class Cursors {
  readonly #key: Buffer;

  constructor(masterKey: Buffer) {
    this.#key = Buffer.from(hkdfSync('sha256', masterKey, '', 'dialgate cursors', 32));
  }

  /** The position in `list` that a cursor stands for; null without one. @throws ProblemError BAD_PARAMETER */
  open(list: string, cursor: string | undefined): string | null {
    if (cursor === undefined) return null;
    const bytes = Buffer.from(cursor, 'base64url');
    const mac = bytes.subarray(0, MAC_BYTES);
    const position = bytes.subarray(MAC_BYTES).toString();
    const expected = this.#mac(list, position);
    const canonical = bytes.toString('base64url') === cursor;
    if (!canonical || mac.length !== MAC_BYTES || !timingSafeEqual(mac, expected)) {
      throw badParameter('cursor');
    }
    return position;
  }

  /**
   * A page of the items of `list`, of which one more than `limit` was asked for: if it is there, there is a next page.
   *
   * @param positionOf where in the list an item stands
   */
  page<Item, Shown>(
    list: string,
    items: readonly Item[],
    limit: number,
    positionOf: (item: Item) => string,
    show: (item: Item) => Shown,
  ): Page<Shown> {
    const shown = items.slice(0, limit);
    const last = items.length > limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(show),
      nextCursor: last === undefined ? null : this.#seal(list, positionOf(last)),
    };
  }

  #seal(list: string, position: string): string {
    return Buffer.concat([this.#mac(list, position), Buffer.from(position)]).toString('base64url');
  }

  #mac(list: string, position: string): Buffer {
    const hmac = createHmac('sha256', this.#key).update(`${list}\0${position}`);
    return hmac.digest().subarray(0, MAC_BYTES);
  }
}
