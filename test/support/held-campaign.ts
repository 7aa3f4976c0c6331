import pg from 'pg';
import type { TestDatabase } from './database.ts';
import { waitFor } from './time.ts';

/** A campaign's row whose lock somebody else has, like a worker that stands still within an admission. */
export class HeldCampaign {
  readonly #holder: pg.Client;

  private constructor(holder: pg.Client) {
    this.#holder = holder;
  }

  static async hold(database: TestDatabase, vdn: number, campaign: number): Promise<HeldCampaign> {
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM campaigns WHERE vdn_id = $1 AND id = $2 FOR NO KEY UPDATE', [
      vdn,
      campaign,
    ]);
    return new HeldCampaign(holder);
  }

  /** Lets go, with nothing changed. */
  async letGo(): Promise<void> {
    await this.#holder.end();
  }
}

/** Whether an admission stands in line for its campaign: told by the beginning of its statement, of which no more is shown. */
export async function isAdmissionWaiting(database: TestDatabase): Promise<boolean> {
  const waiting = await database.query(
    `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%"maxIncomplete"%'`,
  );
  return waiting.length > 0;
}

/** Resolves when an admission stands in line for its campaign. */
export async function admissionWaits(database: TestDatabase): Promise<void> {
  await waitFor(() => isAdmissionWaiting(database), {
    what: 'an admission to wait for its campaign',
  });
}
