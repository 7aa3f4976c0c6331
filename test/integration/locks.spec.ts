import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEFAULT_POLICY } from '#domain';
import pg from 'pg';
import { insertUpload, lockCampaign } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { waitFor } from '../support/time.ts';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  // A wait that never ends fails the statement, and so the test.
  pool = new pg.Pool({ connectionString: database.url, max: 3, statement_timeout: 20_000 });
  await database.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 46)');
});

afterAll(() => pool.end());

test('an admission makes others of its campaign wait, but not those who begin an upload to it', async () => {
  const first = await pool.connect();
  const second = await pool.connect();
  try {
    await first.query('BEGIN');
    await second.query('BEGIN');
    await lockCampaign(first, 1, 46);
    const waiting = lockCampaign(second, 1, 46);

    await insertUpload(pool, {
      id: '01a20743-25c5-7231-9324-db2178e21329',
      vdnId: 1,
      campaignId: 46,
      batchId: null,
      sourceFormat: 'ndjson',
      receivingSeconds: 60,
      receiver: 1n,
      claim: null,
      policy: DEFAULT_POLICY,
    });
    await waitFor(
      async () => {
        const waits = await database.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waits.length === 1;
      },
      { what: 'the second admission to stand in line' },
    );

    await first.query('UPDATE campaigns SET incomplete = 7 WHERE vdn_id = 1 AND id = 46');
    await first.query('COMMIT');
    expect((await waiting)?.incomplete).toBe(7);
    await second.query('COMMIT');
  } finally {
    first.release(true);
    second.release(true);
  }
});
