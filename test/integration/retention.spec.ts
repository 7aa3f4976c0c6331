import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Retention } from '#ingestion';
import { Database } from '#persistence';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const random = seededRandom();

const SETTINGS = { receiptsDays: 30, recordsDays: 40, uploadsDays: 90, idempotencyHours: 48 };

const openDatabase = (url: string): Database =>
  new Database({ url, poolSize: 4, applicationName: 'retention', onIdleError: () => undefined });

/** Removes without a rest. */
const removeAll = (retention: Retention) => retention.run(() => Promise.resolve(true));

const NOTHING = { blocked: 0, keys: 0, receipts: 0, records: 0, batches: 0, uploads: 0 };

describe('what has been kept for long enough', () => {
  let database: TestDatabase;
  let own: Database;
  let retention: Retention;

  beforeAll(async () => {
    database = await createTestDatabase();
    own = openDatabase(database.url);
    await database.query('INSERT INTO campaigns (vdn_id, id, completed) VALUES (1, 1, 7)');
  });

  afterAll(() => own.close());

  beforeEach(async () => {
    await database.query('TRUNCATE uploads, records, blocklist CASCADE');
    retention = new Retention(own, SETTINGS);
  });

  /**
   * An upload of `accepted` records, as many rejected ones, and two that nobody decided, all of one batch; it ended so many
   * days ago, and its records `recordsEnded` days ago.
   */
  async function ended(
    days: number,
    { recordsEnded = null as number | null, accepted = 2, keyHours = null as number | null } = {},
  ): Promise<string> {
    const id = randomUUID();
    await database.query(
      `WITH upload AS (
         INSERT INTO uploads (id, vdn_id, campaign_id, mode, state, source_format, received, accepted, invalid, refused,
                              queue_number, queued_at, finished_at)
         VALUES ($1, 1, 1, 'async', 'failed', 'ndjson', 2 * $2::int + 2, $2, $2, 2, 1,
                 now() - $3 * interval '1 day', now() - $3 * interval '1 day')
         RETURNING id
       ), batch AS (
         INSERT INTO batches (upload_id, number, first_line, size, decided, payload, lines)
         SELECT id, 1, 1, $2 + 2, $2, repeat(E'{}\\n', $2 + 1) || '{}', ARRAY(SELECT generate_series(1, $2 + 2))
           FROM upload
         RETURNING id
       ), rejected AS (
         INSERT INTO rejected_records (upload_id, line, outcome, fault, source)
         SELECT id, $2 + 2 + n, 'invalid', '{"code":"02000001"}', 'x' FROM upload, generate_series(1, $2) AS n
       ), key AS (
         INSERT INTO idempotency_keys (vdn_id, key, upload_id, created_at)
         SELECT 1, id::text, id, now() - $5 * interval '1 hour' FROM upload WHERE $5::int IS NOT NULL
       )
       INSERT INTO records (id, vdn_id, campaign_id, created_at, line, priority, source, status, ended_at)
       SELECT batch.id * 2048 + n - 1, 1, 1, now(), n, 3, '{}',
              (CASE WHEN $4::int IS NULL THEN 'waiting' ELSE 'completed' END)::record_status,
              now() - $4::int * interval '1 day'
         FROM batch, generate_series(1, $2) AS n`,
      [id, accepted, days, recordsEnded, keyHours],
    );
    return id;
  }

  interface Left {
    readonly upload: boolean;
    readonly marked: boolean;
    readonly rejected: number;
    readonly payloads: number;
    readonly batches: number;
    readonly key: boolean;
  }

  async function left(id: string): Promise<Left | undefined> {
    const [row] = await database.query<Left & Record<string, unknown>>(
      `SELECT true AS upload, u.receipts_removed_at IS NOT NULL AS marked,
              (SELECT count(*)::int FROM rejected_records WHERE upload_id = u.id) AS rejected,
              (SELECT count(*)::int FROM batches WHERE upload_id = u.id) AS batches,
              (SELECT count(*)::int FROM batches WHERE upload_id = u.id AND payload IS NOT NULL) AS payloads,
              EXISTS (SELECT FROM idempotency_keys WHERE upload_id = u.id) AS key
         FROM uploads u WHERE id = $1`,
      [id],
    );
    return row;
  }

  const recordsLeft = async (): Promise<number> =>
    (await database.query('SELECT 1 FROM records')).length;

  const WHOLE = { upload: true, marked: false, rejected: 2, batches: 1, payloads: 1, key: false };
  const WITHOUT_RECEIPTS = { ...WHOLE, marked: true, rejected: 0, payloads: 0 };

  test('is removed, and nothing else', async () => {
    const [young, old, older, oldest] = [
      await ended(29, { recordsEnded: 39 }),
      await ended(31, { recordsEnded: 39 }),
      await ended(89, { recordsEnded: 41 }),
      await ended(91, { recordsEnded: 41 }),
    ];
    const waiting = await ended(400);
    const dialled = await ended(400, { recordsEnded: 39 });
    expect(await removeAll(retention)).toEqual({
      ...NOTHING,
      receipts: 5,
      records: 4,
      batches: 1,
      uploads: 1,
    });
    expect(await left(young)).toEqual(WHOLE);
    for (const id of [old, older, waiting, dialled])
      expect(await left(id)).toEqual(WITHOUT_RECEIPTS);
    expect(await left(oldest)).toBeUndefined();
    expect(await recordsLeft()).toBe(8);
    expect(await database.query('SELECT completed::int FROM campaigns')).toEqual([
      { completed: 7 },
    ]);
    expect(await removeAll(retention)).toEqual(NOTHING);
  });

  test('records stay as long as their receipts, and are looked for again', async () => {
    let ms = 0;
    const patient = new Retention(own, SETTINGS, () => ms);
    const id = await ended(1, { recordsEnded: 41 });
    expect(await removeAll(patient)).toEqual(NOTHING);
    await database.query(`UPDATE uploads SET finished_at = now() - interval '91 days'`);
    // The receipts go; the records were passed over, and then the upload for their sake.
    expect(await removeAll(patient)).toEqual({ ...NOTHING, receipts: 1 });
    expect(await recordsLeft()).toBe(2);
    ms += 600_000;
    expect(await removeAll(patient)).toEqual({ ...NOTHING, records: 2, batches: 1, uploads: 1 });
    expect(await left(id)).toBeUndefined();
  });

  test('idempotency keys go in their time, without their uploads and with them', async () => {
    const [young, old] = [await ended(1, { keyHours: 47 }), await ended(3, { keyHours: 49 })];
    // Its body came in for two days.
    const slow = await ended(1, { keyHours: 49 });
    const receiving = randomUUID();
    await database.query(
      `WITH upload AS (
         INSERT INTO uploads (id, vdn_id, campaign_id, mode, source_format, receiving_until)
         VALUES ($1, 1, 1, 'async', 'ndjson', now() + interval '1 hour') RETURNING id
       )
       INSERT INTO idempotency_keys (vdn_id, key, upload_id, created_at)
       SELECT 1, 'receiving', id, now() - interval '1 year' FROM upload`,
      [receiving],
    );
    expect(await removeAll(retention)).toEqual({ ...NOTHING, keys: 1 });
    expect((await left(old))?.key).toBe(false);
    for (const id of [young, slow, receiving]) expect((await left(id))?.key).toBe(true);
  });

  test('blocked numbers go when their time is over, by the clock of the database', async () => {
    await database.query(
      `INSERT INTO blocklist (vdn_id, number, expires_at)
       VALUES (1, '1', now() - interval '1 ms'), (2, '2', now() + interval '1 hour'), (3, '3', NULL)`,
    );
    expect(await removeAll(retention)).toEqual({ ...NOTHING, blocked: 1 });
    expect(await database.query('SELECT number FROM blocklist ORDER BY number')).toEqual([
      { number: '2' },
      { number: '3' },
    ]);
  });

  test('what is to be kept for ever is', async () => {
    await ended(10_000, { recordsEnded: 10_000 });
    const ever = new Retention(own, {
      receiptsDays: Infinity,
      recordsDays: Infinity,
      uploadsDays: Infinity,
      idempotencyHours: 24,
    });
    expect(await removeAll(ever)).toEqual(NOTHING);
  });

  test('more than one step has, by several at once: each goes once, in steps of bounded size', async () => {
    await ended(100, { accepted: 1_900, recordsEnded: 50 });
    await ended(100, { accepted: 1_900, recordsEnded: 50 });
    await database.query(
      `INSERT INTO uploads (id, vdn_id, campaign_id, mode, state, source_format, finished_at)
       SELECT gen_random_uuid(), 1, 1, 'sync', 'completed', 'json', now() - interval '100 days'
         FROM generate_series(1, 2500)`,
    );
    await database.query(
      `INSERT INTO blocklist (vdn_id, number, expires_at)
       SELECT 1, n, now() - interval '1 day' FROM generate_series(1, 2500) AS n`,
    );
    let rests = 0;
    const removals = await Promise.all(
      [new Retention(own, SETTINGS), new Retention(own, SETTINGS), retention].map((each) =>
        each.run(() => {
          rests += 1;
          return Promise.resolve(true);
        }),
      ),
    );
    const all = { ...NOTHING };
    for (const removal of removals) {
      for (const kind of Object.keys(all) as (keyof typeof all)[]) all[kind] += removal[kind];
    }
    // What one passes over because another has locked it waits for the next walk.
    const rest = await removeAll(new Retention(own, SETTINGS));
    for (const kind of Object.keys(all) as (keyof typeof all)[]) all[kind] += rest[kind];
    expect(all).toEqual({
      blocked: 2_500,
      keys: 0,
      receipts: 2_502,
      records: 3_800,
      batches: 2,
      uploads: 2_502,
    });
    expect(rests).toBeGreaterThanOrEqual(10);
    expect(await recordsLeft()).toBe(0);
    expect(await database.query('SELECT id FROM uploads')).toEqual([]);
  });

  test.each([
    ['cancelled', false],
    ['completed_with_errors', true],
  ])(
    'a large upload that is %s goes in steps of bounded size, and none of its receipts is given from the first on',
    async (state, dryRun) => {
      const id = randomUUID();
      await database.query(
        `INSERT INTO uploads (id, vdn_id, campaign_id, mode, state, source_format, dry_run, received, accepted, invalid,
                              dropped, batches_total, batches_done, queue_number, queued_at, finished_at)
         VALUES ($1, 1, 1, 'async', $2::upload_state, 'ndjson', $3, 30000, CASE WHEN $3 THEN 15000 ELSE 0 END, 15000,
                 CASE WHEN $3 THEN 0 ELSE 15000 END, 2500, CASE WHEN $3 THEN 2500 ELSE 0 END, 1,
                 now() - interval '100 days', now() - interval '100 days')`,
        [id, state, dryRun],
      );
      await database.query(
        `INSERT INTO batches (upload_id, number, first_line, size, payload, lines, would_fit)
         SELECT $1, n, 6 * n, 6, repeat(E'{}\\n', 5) || '{}', ARRAY(SELECT generate_series(6 * n, 6 * n + 5)),
                CASE WHEN $2 THEN 6 END
           FROM generate_series(1, 2500) AS n`,
        [id, dryRun],
      );
      await database.query(
        `INSERT INTO rejected_records (upload_id, line, outcome, fault, source)
         SELECT $1, 20000 + n, 'invalid', '{"code":"02000001"}', 'x' FROM generate_series(1, 15000) AS n`,
        [id],
      );
      const seen: { rejected: number; batches: number }[] = [{ rejected: 15_000, batches: 2_500 }];
      const removals = await retention.run(async () => {
        const now = await left(id);
        if (now !== undefined) {
          expect(now.marked).toBe(true);
          seen.push({ rejected: now.rejected, batches: now.batches });
        }
        return true;
      });
      expect(removals).toEqual({ ...NOTHING, receipts: 1, uploads: 1 });
      const steps = seen.slice(1).map((now, index) => {
        const before = seen[index] ?? now;
        return { rejected: before.rejected - now.rejected, batches: before.batches - now.batches };
      });
      expect(steps.length).toBeGreaterThanOrEqual(3);
      expect(Math.max(...steps.map(({ rejected }) => rejected))).toBeLessThanOrEqual(5_000);
      expect(Math.max(...steps.map(({ batches }) => batches))).toBeLessThanOrEqual(1_000);
      expect(seen.at(-1)).toEqual({ rejected: 0, batches: 0 });
      expect(await left(id)).toBeUndefined();
    },
  );

  test('the batches of a large upload go in steps, but for those with a record', async () => {
    let ms = 0;
    const patient = new Retention(own, SETTINGS, () => ms);
    const id = await ended(100, { accepted: 1, recordsEnded: null });
    await database.query(
      `INSERT INTO batches (upload_id, number, first_line, size, decided)
       SELECT $1, n, 100 + n, 1, 1 FROM generate_series(2, 3500) AS n`,
      [id],
    );
    const seen: (number | undefined)[] = [3_500];
    const removals = await patient.run(async () => {
      seen.push((await left(id))?.batches);
      return true;
    });
    expect(removals).toEqual({ ...NOTHING, receipts: 1, batches: 3_499 });
    expect(Math.max(...seen.map((now = 0, index) => (seen[index - 1] ?? now) - now))).toBe(1_000);
    expect(await left(id)).toMatchObject({ batches: 1, marked: true });
    await database.query(
      `UPDATE records SET status = 'completed', ended_at = now() - interval '50 days'`,
    );
    ms += 600_000;
    expect(await removeAll(patient)).toEqual({ ...NOTHING, records: 1, batches: 1, uploads: 1 });
  });

  test('what a worker that died has left of receipts goes with the next one', async () => {
    const id = await ended(50);
    await database.query('UPDATE uploads SET receipts_removed_at = now()');
    expect(await removeAll(retention)).toEqual(NOTHING);
    expect(await left(id)).toEqual(WITHOUT_RECEIPTS);
  });

  test('it ends between two steps when it is told to', async () => {
    await database.query(
      `INSERT INTO blocklist (vdn_id, number, expires_at)
       SELECT 1, n, now() - interval '1 day' FROM generate_series(1, 2500) AS n`,
    );
    expect(await retention.run(() => Promise.resolve(false))).toEqual({
      ...NOTHING,
      blocked: 1_000,
    });
  });

  test('what is locked is passed over, not waited for', async () => {
    await ended(100, { recordsEnded: 50 });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM uploads FOR UPDATE');
      expect(await removeAll(retention)).toEqual(NOTHING);
      await client.query('COMMIT');
      await client.query('BEGIN');
      await client.query('SELECT FROM records LIMIT 1 FOR UPDATE');
      expect(await removeAll(new Retention(own, SETTINGS))).toMatchObject({
        receipts: 1,
        records: 1,
      });
      await client.query('ROLLBACK');
    } finally {
      await client.end();
    }
  });
});

describe.each(queueBackends)('removing beside the work, with queues on $name', (backend) => {
  const servers = useServers(backend);

  test('a worker removes what is due, and nothing it has locked keeps an upload or a call', async () => {
    const api = await startApp('api', servers.env);
    let worker = await startApp('worker', servers.env);
    const client = new ApiClient(api.url);
    await client.putCampaign(1, 1, unpaced());
    const list = [...records(random, 3), { called: [] }];
    const first = await client.upload(1, 1, list);
    await client.finished(first.id);

    // The locks of a removal that does not come to an end: of an upload, its records and receipts, the key, the numbers.
    const holder = new pg.Client({ connectionString: servers.database.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('DELETE FROM rejected_records');
      await holder.query('DELETE FROM records');
      await holder.query('DELETE FROM uploads');
      const second = await client.upload(1, 1, records(random, 3));
      expect(await client.finished(second.id)).toMatchObject({ state: 'completed' });
      expect((await client.call(1, 1, records(random, 2))).json().resultCode).toBe('0200000');
    } finally {
      await holder.query('ROLLBACK');
      await holder.end();
    }

    await stopApps([worker]);
    await servers.database.query(
      `UPDATE uploads SET finished_at = now() - interval '91 days' WHERE id = $1`,
      [first.id],
    );
    await servers.database.query(
      `UPDATE records SET status = 'completed', ended_at = now() - interval '31 days'
        WHERE id / 2048 = (SELECT id FROM batches WHERE upload_id = $1)`,
      [first.id],
    );
    worker = await startApp('worker', servers.env);
    await waitFor(async () => (await client.get(`/v1/uploads/${first.id}`)).status === 404, {
      what: 'the upload to be removed',
    });
    expect(await servers.database.query('SELECT 1 FROM uploads')).toHaveLength(2);
    expect(await servers.database.query('SELECT 1 FROM records')).toHaveLength(5);
    await stopApps([api, worker]);
  });
});
