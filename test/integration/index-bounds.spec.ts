import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  BEGINNING,
  endLeases,
  forgetBlocked,
  forgetKeys,
  forgetSignatures,
  hideReceipts,
  leaseRecords,
  readCampaignStats,
  recycleRecords,
  removeBatches,
  removeReceipts,
  removeRecords,
  removeUploads,
} from '#persistence';
import type { Queryable, Transaction } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { planOf, stepsOf } from '../support/plan.ts';

/** Of every kind that is looked through: none of it due. */
const ROWS = 10_000;

let database: TestDatabase;

/** How many rows of tables a statement looks at, whether it can use them or not; it is carried out. */
async function read(run: (on: Transaction) => Promise<unknown>): Promise<number> {
  const steps = stepsOf(await planOf(database, run));
  const rows = steps
    .filter((step) => step['Relation Name'] !== undefined)
    .map(
      (step) =>
        (step['Actual Rows'] +
          (step['Rows Removed by Filter'] ?? 0) +
          (step['Rows Removed by Index Recheck'] ?? 0)) *
        step['Actual Loops'],
    );
  return Math.round(rows.reduce((sum, one) => sum + one, 0));
}

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 1), (1, 2), (2, 1)');
  await database.query(
    `INSERT INTO records (id, vdn_id, campaign_id, created_at, line, priority, source, status, leased_until, recycle_at, ended_at)
     SELECT 1000000000000000000 + 10 * n + kind, 1 + kind / 4, 1, now(), n, 1 + n % 5, '{}',
            (ARRAY['waiting', 'leased', 'completed', 'leased'])[kind]::record_status,
            CASE WHEN kind IN (2, 4) THEN now() + interval '1 hour' END,
            CASE kind WHEN 1 THEN now() + interval '1 hour' END,
            CASE kind WHEN 3 THEN now() - interval '1 day' END
       FROM generate_series(1, $1) AS n, generate_series(1, 4) AS kind`,
    [ROWS],
  );
  await database.query(
    `WITH upload AS (
       INSERT INTO uploads (id, vdn_id, campaign_id, mode, state, source_format, queued_at, finished_at, receipts_removed_at,
                            emptied_at)
       SELECT gen_random_uuid(), 1, 1, 'sync', 'completed', 'json', now() - interval '1 day', now() - interval '1 day',
              removed.at, removed.at
         FROM generate_series(1, $1) AS n, (VALUES (NULL::timestamptz), (now())) AS removed(at)
       RETURNING id
     ), batch AS (
       INSERT INTO batches (upload_id, number, first_line, size, decided) SELECT id, 1, 1, 1, 1 FROM upload
     )
     INSERT INTO idempotency_keys (vdn_id, key, upload_id, created_at)
     SELECT 1, id::text, id, now() - interval '1 day' FROM upload`,
    [ROWS],
  );
  await database.query(
    `INSERT INTO blocklist (vdn_id, number, expires_at)
     SELECT 1, n, now() + interval '1 hour' FROM generate_series(1, $1) AS n`,
    [ROWS],
  );
  await database.query(
    `INSERT INTO used_signatures (digest, expires_at)
     SELECT sha256(n::text::bytea), now() + interval '1 hour' FROM generate_series(1, $1) AS n`,
    [ROWS],
  );
  await database.query('VACUUM (ANALYZE)');
});

describe('what is not due is not looked at', () => {
  test.each<[string, (on: Transaction) => Promise<unknown>]>([
    ['endLeases', (on) => endLeases(on, 1_000)],
    ['recycleRecords', (on) => recycleRecords(on, 1_000)],
    ['forgetBlocked', (on) => forgetBlocked(on, 1_000)],
    ['forgetKeys', (on) => forgetKeys(on, 48, 1_000)],
    ['forgetSignatures', (on) => forgetSignatures(on, 1_000)],
    ['hideReceipts', (on) => hideReceipts(on, 30, 1_000)],
    ['removeReceipts', (on) => removeReceipts(on, { uploads: 1_000, records: 5_000, batches: 20 })],
    ['removeRecords', (on) => removeRecords(on, 30, BEGINNING, 1_000)],
    ['removeBatches', (on) => removeBatches(on, 90, BEGINNING, 1_000)],
    ['removeUploads', (on) => removeUploads(on, 90, BEGINNING, 1_000)],
  ])('by %s', async (_, statement) => {
    expect(await read(statement)).toBeLessThanOrEqual(10);
  });
});

describe('where other campaigns have much', () => {
  const lease = (on: Queryable, campaign: number) => leaseRecords(on, 1, campaign, 100, 60, null);

  beforeAll(async () => {
    // The leases of the other VDN have run out; those of the same campaign run.
    await database.query(`UPDATE records SET leased_until = now() WHERE vdn_id = 2`);
    await database.query('VACUUM (ANALYZE) records');
  });

  test('a lease looks at little more than what it leases', async () => {
    expect(await read((on) => lease(on, 1))).toBeLessThanOrEqual(500);
  });

  test('the statistics of a campaign look at its own records alone', async () => {
    expect(await read((on) => readCampaignStats(on, 1, 2))).toBeLessThanOrEqual(10);
  });

  test('so does a lease', async () => {
    expect(await read((on) => lease(on, 2))).toBeLessThanOrEqual(10);
  });
});
