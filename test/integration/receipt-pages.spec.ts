import { beforeAll, expect, test } from '@jest/globals';
import type { ReceiptOutcome } from '#wire';
import { readReceipts } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { planOf, stepsOf } from '../support/plan.ts';

const BATCHES = 40;
const SIZE = 50;
const PAGE = 60;

const PENDING = '00000000-0000-4000-8000-000000000001';
const ADMITTED = '00000000-0000-4000-8000-000000000002';

let database: TestDatabase;

/** The most rows that any step of a page has made. */
async function mostRows(uploadId: string, outcome: ReceiptOutcome, after: number): Promise<number> {
  const page = { uploadId, after, outcomes: [outcome], rows: PAGE, bytes: 1_000_000 };
  const plan = await planOf(database, (on) => readReceipts(on, page));
  return Math.max(...stepsOf(plan).map((step) => step['Actual Rows'] * step['Actual Loops']));
}

// Few batches in the table, and Postgres knows of them: it would then rather sort all than go through them in their order.
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query('INSERT INTO campaigns (vdn_id, id) VALUES (1, 1)');
  await database.query(
    `INSERT INTO uploads (id, vdn_id, campaign_id, mode, state, source_format, queued_at, queue_number, received, batches_total,
                          batches_done)
     SELECT id, 1, 1, 'async', 'running', 'ndjson', now(), 1, $3, $4, CASE id WHEN $2 THEN $4 ELSE 0 END
       FROM unnest(ARRAY[$1::uuid, $2]) AS id`,
    [PENDING, ADMITTED, BATCHES * SIZE, BATCHES],
  );
  await database.query(
    `INSERT INTO batches (upload_id, number, first_line, size, payload, lines)
     SELECT $1, n, (n - 1) * $3 + 1, $3, rtrim(repeat(E'{}\\n', $3), E'\\n'),
            ARRAY(SELECT (n - 1) * $3 + place FROM generate_series(1, $3::int) AS place)
       FROM generate_series(1, $2::int) AS n`,
    [PENDING, BATCHES, SIZE],
  );
  await database.query(
    `WITH batch AS (
       INSERT INTO batches (upload_id, number, first_line, size, decided)
       SELECT $1, n, (n - 1) * $3 + 1, $3, $3 FROM generate_series(1, $2::int) AS n
       RETURNING id, first_line
     )
     INSERT INTO records (id, vdn_id, campaign_id, created_at, line, priority, source)
     SELECT id * 2048 + place, 1, 1, now(), first_line + place, 3, '{}'
       FROM batch, generate_series(0, $3::int - 1) AS place`,
    [ADMITTED, BATCHES, SIZE],
  );
  await database.query('VACUUM (ANALYZE)');
});

test.each<[what: string, uploadId: string, outcome: ReceiptOutcome]>([
  ['that wait', PENDING, 'pending'],
  ['that were admitted', ADMITTED, 'accepted'],
])('a page of records %s is read from its own batches alone', async (_, uploadId, outcome) => {
  for (const after of [0, SIZE / 2, SIZE * 20]) {
    expect(await mostRows(uploadId, outcome, after)).toBeLessThanOrEqual(PAGE + SIZE);
  }
});
