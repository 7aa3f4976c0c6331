import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { applyMigrations } from '#persistence';
import { createScratchDatabase } from '../support/scratch-database.ts';
import type { ScratchDatabase } from '../support/scratch-database.ts';

/** Columns and their values. */
type Row = Readonly<Record<string, unknown>>;

const UPLOAD = '0199a000-0000-7000-8000-000000000001';
const OTHER_UPLOAD = '0199a000-0000-7000-8000-000000000002';
const CALL = '0199a000-0000-7000-8000-000000000003';
const NOW = new Date('2026-11-23T00:00:00Z');

/** A right row of each table that has constraints; the cases change what they are about. */
const RIGHT = {
  campaigns: { vdn_id: 1, id: 2 },
  uploads: {
    id: OTHER_UPLOAD,
    vdn_id: 2,
    campaign_id: 2,
    mode: 'async',
    state: 'receiving',
    source_format: 'ndjson',
    receiving_until: NOW,
  },
  batches: { upload_id: UPLOAD, number: 1, first_line: 1, size: 10, decided: 0, payload: '{}' },
  records: {
    id: 1,
    campaign_id: 1,
    created_at: NOW,
    vdn_id: 1,
    line: 1,
    priority: 3,
    source: '{}',
  },
  blocklist: { vdn_id: 1, number: '13800138000' },
  api_keys: {
    access_key: 'key',
    vdn_id: 1,
    name: 'a key',
    roles: '{uploader}',
    sealed_secret: Buffer.from('sealed'),
    token_digest: Buffer.alloc(32),
  },
  used_signatures: { digest: Buffer.alloc(32), expires_at: NOW },
  idempotency_keys: { vdn_id: 1, key: 'key', upload_id: UPLOAD },
} satisfies Record<string, Row>;

type Table = keyof typeof RIGHT;

const queued = { state: 'queued', receiving_until: null, queue_number: 1 };
const ended = (state: string): Row => ({ ...queued, state, finished_at: NOW });

const END_STATES = ['completed', 'completed_with_errors', 'cancelled', 'failed'];
const OPEN_STATES = ['queued', 'running', 'waiting_capacity', 'paused'];
/** The statuses of records that are complete. */
const ENDED = ['completed', 'failed', 'recycled', 'deleted'];
const COUNTS = ['accepted', 'invalid', 'duplicate', 'blocklisted', 'refused', 'dropped'];

/** A column, the smallest and the largest number that it may hold. */
const RANGES: [table: Table, column: string, min: bigint, max: bigint][] = [
  ['campaigns', 'vdn_id', 1n, 9999n],
  ['campaigns', 'id', 1n, 9007199254740991n],
  ['campaigns', 'max_records_per_call', 1n, 2000n],
  ['campaigns', 'max_incomplete', 0n, 200_000n],
  ['campaigns', 'admission_interval_ms', 0n, 60_000n],
  ['campaigns', 'batch_size', 1n, 2000n],
  ['campaigns', 'max_numbers_per_record', 1n, 100n],
  ['campaigns', 'min_number_length', 1n, 24n],
  ['campaigns', 'incomplete', 0n, 200_000n],
  ['records', 'priority', 1n, 5n],
  ['blocklist', 'vdn_id', 1n, 9999n],
  ['api_keys', 'vdn_id', 1n, 9999n],
];

/** Wrong states, each refused by this constraint and by no other one. */
const WRONG: [constraint: string, what: string, change: Row][] = [
  ...RANGES.flatMap(([table, column, min, max]): typeof WRONG => [
    [`${table}_${column}_check`, `${min - 1n}`, { [column]: min - 1n }],
    [`${table}_${column}_check`, `${max + 1n}`, { [column]: max + 1n }],
  ]),

  ...['completed', 'failed', 'recycled', 'deleted'].map((ended): (typeof WRONG)[number] => [
    'campaigns_ended_check',
    `${ended} below 0`,
    { [ended]: -1 },
  ]),
  ['campaigns_last_admission_check', 'a time without a mode', { last_admission_at: NOW }],
  ['campaigns_last_admission_check', 'a mode without a time', { last_admission_mode: 'sync' }],
  ['campaigns_reserved_check', 'a call without an end', { reserved_for: CALL }],
  ['campaigns_reserved_check', 'an end without a call', { reserved_until: NOW }],

  ['uploads_batch_id_check', '65 characters', { batch_id: '号'.repeat(65) }],
  ...COUNTS.flatMap((count): typeof WRONG => [
    ['uploads_counts_check', `${count} below 0`, { received: 5, [count]: -1 }],
    ['uploads_counts_check', `${count} above received`, { received: 5, [count]: 6 }],
  ]),
  ['uploads_counts_check', 'a sum above received', { received: 5, accepted: 3, dropped: 3 }],
  ['uploads_batches_check', 'more done than there are', { batches_total: 1, batches_done: 2 }],
  ['uploads_batches_check', 'fewer done than none', { batches_done: -1 }],
  ['uploads_receiving_check', 'receiving for ever', { receiving_until: null }],
  ['uploads_receiving_check', 'received, with an end', { ...queued, receiving_until: NOW }],
  ['uploads_queue_number_check', 'receiving, with a place', { queue_number: 1 }],
  ['uploads_queue_number_check', 'queued without a place', { ...queued, queue_number: null }],
  ['uploads_queue_number_check', 'a synchronous call with a place', { ...queued, mode: 'sync' }],
  ...END_STATES.flatMap((state): typeof WRONG => [
    ['uploads_finished_check', `${state} without an end`, { ...queued, state }],
    [
      'uploads_finished_check',
      `${state}, with one record pending`,
      { ...ended(state), received: 2, accepted: 1 },
    ],
  ]),
  ...OPEN_STATES.map((state): (typeof WRONG)[number] => [
    'uploads_finished_check',
    `${state}, with an end`,
    ended(state),
  ]),

  [
    'uploads_receipts_removed_check',
    'queued, with its receipts removed',
    { ...queued, receipts_removed_at: NOW },
  ],
  ['uploads_emptied_check', 'empty, with receipts', { ...ended('completed'), emptied_at: NOW }],

  ['batches_size_check', '0', { size: 0, payload: null }],
  ['batches_size_check', '2001', { size: 2001 }],
  ['batches_number_check', '0', { number: 0 }],
  ['batches_decided_check', 'fewer than none', { decided: -1 }],
  ['batches_decided_check', 'more than there are', { decided: 11 }],
  ['batches_would_fit_check', 'fewer than none', { would_fit: -1 }],
  ['batches_would_fit_check', 'more than there are', { would_fit: 11 }],
  ['batches_payload_check', 'records left when all are decided', { decided: 10 }],
  ['batches_payload_check', 'records gone before all are decided', { decided: 9, payload: null }],

  ['records_leased_check', 'leased for ever', { status: 'leased' }],
  ['records_leased_check', 'waiting, with a lease', { leased_until: NOW }],
  ...ENDED.flatMap((status): typeof WRONG => [
    ['records_ended_check', `${status} without a time`, { status }],
    [
      'records_leased_check',
      `${status}, with a lease`,
      { status, ended_at: NOW, leased_until: NOW },
    ],
  ]),
  ['records_ended_check', 'waiting, with an end', { ended_at: NOW }],
  [
    'records_ended_check',
    'leased, with an end',
    { status: 'leased', leased_until: NOW, ended_at: NOW },
  ],

  ...['', '1'.repeat(25), '138a', ' 138', '138\n', '+86138', '１３８'].map(
    (number): (typeof WRONG)[number] => [
      'blocklist_number_check',
      JSON.stringify(number),
      { number },
    ],
  ),

  ['api_keys_roles_check', 'no role', { roles: '{}' }],
  ['api_keys_token_digest_check', 'no SHA-256', { token_digest: Buffer.alloc(31) }],
  ['used_signatures_digest_check', 'no SHA-256', { digest: Buffer.alloc(33) }],
  ['idempotency_keys_key_check', 'empty', { key: '' }],
  ['idempotency_keys_key_check', '256 characters', { key: 'k'.repeat(256) }],
  ['idempotency_keys_request_digest_check', 'no SHA-256', { request_digest: Buffer.alloc(8) }],
];

/** Right states, at the edges of the wrong ones. */
const ALLOWED: [table: Table, what: string, change: Row][] = [
  ...RANGES.flatMap(([table, column, min, max]): typeof ALLOWED => [
    [table, `${column} ${min}`, { [column]: min }],
    [table, `${column} ${max}`, { [column]: max }],
  ]),
  ['campaigns', 'no limit per call of its own', { max_records_per_call: null }],
  [
    'campaigns',
    'an admission and a reservation',
    {
      last_admission_at: NOW,
      last_admission_mode: 'async',
      reserved_for: CALL,
      reserved_until: NOW,
    },
  ],
  ['uploads', 'a name of 64 characters', { batch_id: '号'.repeat(64) }],
  [
    'uploads',
    'all counts',
    { received: 6, ...Object.fromEntries(COUNTS.map((name) => [name, 1])) },
  ],
  ['uploads', 'all batches done', { batches_total: 1, batches_done: 1 }],
  ...OPEN_STATES.map((state): (typeof ALLOWED)[number] => [
    'uploads',
    `${state}, with records pending`,
    { ...queued, state, received: 1 },
  ]),
  ...END_STATES.map((state): (typeof ALLOWED)[number] => [
    'uploads',
    state,
    { ...ended(state), received: 2, accepted: 1, refused: 1 },
  ]),
  ['uploads', 'a synchronous call in work', { ...queued, mode: 'sync', queue_number: null }],
  ['uploads', 'ended, its receipts removed', { ...ended('completed'), receipts_removed_at: NOW }],
  ['uploads', 'empty', { ...ended('completed'), receipts_removed_at: NOW, emptied_at: NOW }],
  ['batches', 'a dry run in which none fits', { would_fit: 0 }],
  ['batches', 'a dry run in which all fit', { would_fit: 10 }],
  ['records', 'leased', { status: 'leased', leased_until: NOW }],
  ...ENDED.map((status): (typeof ALLOWED)[number] => [
    'records',
    status,
    { status, ended_at: NOW, last_result: status === 'failed' ? 'failed' : null },
  ]),
  ['batches', 'one record', { size: 1 }],
  ['batches', '2,000 records', { size: 2000 }],
  ['batches', 'all but one decided', { decided: 9 }],
  ['batches', 'all decided', { decided: 10, payload: null }],
  ['blocklist', 'one digit', { number: '0' }],
  ['blocklist', '24 digits, stars and hashes', { number: '*#0123456789*#0123456789' }],
];

let scratch: ScratchDatabase;
let client: pg.Client;

beforeAll(async () => {
  scratch = await createScratchDatabase();
  client = new pg.Client({ connectionString: scratch.url });
  await client.connect();
  await applyMigrations(client, { log: () => undefined });
  await insert('campaigns', { vdn_id: 2 });
  await insert('uploads', { id: UPLOAD });
});

afterAll(async () => {
  await client.end();
  await scratch.drop();
});

beforeEach(() => client.query('BEGIN'));
afterEach(() => client.query('ROLLBACK'));

/** Inserts a right row of the table, changed. */
async function insert(table: Table, change: Row): Promise<void> {
  const row: Row = { ...RIGHT[table], ...change };
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  await client.query(
    `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
}

const tableOf = (constraint: string): Table => {
  const table = (Object.keys(RIGHT) as Table[]).find((name) => constraint.startsWith(`${name}_`));
  if (table === undefined) throw new Error(`no table for ${constraint}`);
  return table;
};

describe('wrong states are refused', () => {
  test.each(WRONG)('by %s: %s', async (constraint, _what, change) => {
    const table = tableOf(constraint);
    await client.query('SAVEPOINT before');
    await expect(insert(table, change)).rejects.toMatchObject({ code: '23514', constraint });
    await client.query('ROLLBACK TO before');

    // Without the constraint nothing else holds them back: this is the one that does.
    await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${constraint}`);
    await insert(table, change);
  });

  test('by constraints that are all tried here', async () => {
    const { rows } = await client.query<{ conname: string }>(
      `SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace`,
    );
    const tried = new Set(WRONG.map(([constraint]) => constraint));
    expect(rows.map(({ conname }) => conname).sort()).toEqual([...tried].sort());
  });
});

test.each(ALLOWED)('%s: %s is allowed', async (table, _what, change) => {
  await insert(table, change);
});
