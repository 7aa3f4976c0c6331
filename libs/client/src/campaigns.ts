import type { CampaignMembers, CampaignStats, CampaignView } from '#wire';
import type { Connection } from './connection.ts';
import { readJson } from './answers.ts';
import { jsonContent } from './content.ts';
import type { ListOptions } from './pages.ts';
import { itemsOf } from './pages.ts';
import type { CallOptions, CampaignPlace } from './place.ts';
import { campaignPath, vdnPath } from './place.ts';

export class Campaigns {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Creates the campaign, or changes what `members` names. */
  put(
    place: CampaignPlace,
    members: CampaignMembers = {},
    { signal }: CallOptions = {},
  ): Promise<{ readonly campaign: CampaignView; readonly created: boolean }> {
    const path = campaignPath(place);
    return this.#connection.send(
      {
        method: 'PUT',
        path,
        content: jsonContent(members),
        statuses: [200, 201],
        repetition: 'nothing-more',
        signal,
      },
      async (response) => ({
        campaign: await readJson<CampaignView>(response, `PUT ${path}`, 'campaignId'),
        created: response.status === 201,
      }),
    );
  }

  get(place: CampaignPlace, { signal }: CallOptions = {}): Promise<CampaignView> {
    return this.#connection.json(
      {
        method: 'GET',
        path: campaignPath(place),
        statuses: [200],
        repetition: 'nothing-more',
        signal,
      },
      'campaignId',
    );
  }

  list(vdnId: number, options: ListOptions = {}): AsyncIterable<CampaignView> {
    return itemsOf(this.#connection, `${vdnPath(vdnId)}/campaigns`, {}, options);
  }

  /** Its records by status and by priority, its uploads by state. */
  stats(place: CampaignPlace, { signal }: CallOptions = {}): Promise<CampaignStats> {
    return this.#connection.json(
      {
        method: 'GET',
        path: `${campaignPath(place)}/stats`,
        statuses: [200],
        repetition: 'nothing-more',
        signal,
      },
      'uploads',
    );
  }
}
