import type { IssuedKey, KeyMembers, KeyView } from '#wire';
import type { Connection } from './connection.ts';
import { jsonContent } from './content.ts';
import type { ListOptions } from './pages.ts';
import { itemsOf } from './pages.ts';
import type { CallOptions } from './place.ts';
import { vdnPath } from './place.ts';

export class Keys {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Makes a key; its secrets are in this answer alone. Not repeated when the answer is lost: a second key would be made. */
  create(vdnId: number, members: KeyMembers, { signal }: CallOptions = {}): Promise<IssuedKey> {
    return this.#connection.json(
      {
        method: 'POST',
        path: `${vdnPath(vdnId)}/keys`,
        content: jsonContent(members),
        statuses: [201],
        repetition: 'again',
        signal,
      },
      'accessKey',
    );
  }

  list(vdnId: number, options: ListOptions = {}): AsyncIterable<KeyView> {
    return itemsOf(this.#connection, `${vdnPath(vdnId)}/keys`, {}, options);
  }

  /** From the next request on. A second time changes nothing: a revoked key is still there. */
  async revoke(vdnId: number, accessKey: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#connection.send(
      {
        method: 'DELETE',
        path: `${vdnPath(vdnId)}/keys/${encodeURIComponent(accessKey)}`,
        statuses: [204],
        repetition: 'nothing-more',
        signal,
      },
      (response) => response.text(),
    );
  }
}
