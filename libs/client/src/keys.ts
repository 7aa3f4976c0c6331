import type { IssuedKey, KeyMembers, KeyView } from '#wire';
import type { Connection } from './connection.ts';
import { jsonContent } from './content.ts';
import type { ListOptions } from './pages.ts';
import { itemsOf } from './pages.ts';
import type { CallOptions } from './place.ts';
import { vdnPath } from './place.ts';
import { removeOnce } from './remove.ts';

export class Keys {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Makes a key; its secrets are in this answer alone. Not repeated when the answer is lost: a second key would be made. */
  create(vdnId: number, members: KeyMembers, { signal }: CallOptions = {}): Promise<IssuedKey> {
    return this.#connection.json({
      method: 'POST',
      path: `${vdnPath(vdnId)}/keys`,
      content: jsonContent(members),
      statuses: [201],
      repetition: 'again',
      signal,
    });
  }

  list(vdnId: number, options: ListOptions = {}): AsyncIterable<KeyView> {
    return itemsOf(this.#connection, `${vdnPath(vdnId)}/keys`, {}, options);
  }

  /** From the next request on. */
  revoke(vdnId: number, accessKey: string, { signal }: CallOptions = {}): Promise<void> {
    const path = `${vdnPath(vdnId)}/keys/${encodeURIComponent(accessKey)}`;
    return removeOnce(this.#connection, path, signal);
  }
}
