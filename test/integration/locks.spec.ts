import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { DEFAULT_POLICY } from '#domain';
import { admitCall } from '#ingestion';
import type { CallTurn } from '#ingestion';
import { Database, insertUpload, lockCampaign, readVerdict, reserveSlot } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { isAdmissionWaiting } from '../support/held-campaign.ts';
import { putDownCall } from '../support/staged.ts';
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

test('a call that has waited for its campaign sees the slot that was kept for another one meanwhile', async () => {
  await database.query(
    `INSERT INTO campaigns (vdn_id, id, admission_interval_ms, last_admission_at, last_admission_mode)
     VALUES (1, 47, 60000, clock_timestamp(), 'async')`,
  );
  const app = new Database({
    url: database.url,
    poolSize: 2,
    applicationName: 'locks',
    onIdleError: () => undefined,
  });
  try {
    const mine = await putDownCall(pool, 47);
    // It waits for a moment only: on a busy machine, that may be over too soon.
    const turn = await waitFor(
      async () => {
        const { kind } = await turnBehindAnother(app, mine);
        return kind === 'held' ? undefined : kind;
      },
      { what: 'the campaign to be let go in time' },
    );
    expect(turn).toBe('decided');
    expect(await readVerdict(pool, mine)).toMatchObject({
      kind: 'refused',
      fault: { code: '0200022' },
    });
  } finally {
    await app.close();
  }
});

/** Tries to decide a call while somebody holds its campaign, who keeps the slot for a call that comes after the attempt began. */
async function turnBehindAnother(app: Database, mine: string): Promise<CallTurn> {
  await database.query('UPDATE campaigns SET reserved_for = NULL, reserved_until = NULL');
  const holder = await pool.connect();
  try {
    await holder.query('BEGIN');
    await lockCampaign(holder, 1, 47);
    let isOver = false;
    const turn = admitCall(app, mine).finally(() => (isOver = true));
    await waitFor(async () => isOver || (await isAdmissionWaiting(database)), {
      what: 'the call to wait for its campaign',
    });
    // Of a statement that began before, this call is not there.
    await reserveSlot(holder, 1, 47, await putDownCall(pool, 47));
    await holder.query('COMMIT');
    return await turn;
  } finally {
    holder.release(true);
  }
}
