import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { listBlocked } from '#persistence';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { useServers } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const random = seededRandom();
const servers = useServers({ name: 'postgres' });

/** More than are staged at a time. */
const MANY = 12_000;
const BODY = ndjson(Array.from({ length: MANY }, (_, index) => ({ number: String(index) })));
const DONE = { added: MANY, updated: 0, invalid: 0 };

let proxy: PostgresProxy;
let api: AppProcess;
let other: AppProcess;
let worker: AppProcess;
let client: ApiClient;

beforeAll(async () => {
  proxy = await PostgresProxy.start(servers.database.url);
  [api, other, worker] = await Promise.all([
    startApp('api', { ...servers.env, DATABASE_URL: proxy.url }),
    startApp('api', servers.env, 'other API'),
    startApp('worker', servers.env),
  ]);
  client = new ApiClient(other.url);
});

afterAll(() => stopApps([other, worker]));

const send = (vdn: number, by = client) =>
  by.send('POST', `/v1/vdns/${vdn}/blocklist`, {
    body: BODY,
    headers: { 'content-type': 'application/x-ndjson' },
  });

const count = async (table: string, vdn?: number): Promise<number> => {
  const [row] = await servers.database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${table}${vdn === undefined ? '' : ` WHERE vdn_id = ${vdn}`}`,
  );
  return row?.n ?? NaN;
};

const isCommit = ({ sql }: { sql: readonly string[] }): boolean =>
  sql.some((text) => text.startsWith('COMMIT'));

test('imports stand in line for as long as it takes, and admissions pass them', async () => {
  await client.putCampaign(1, 1, unpaced());
  const before = new pg.Client({ connectionString: servers.database.url });
  await before.connect();
  try {
    // An import that is being merged.
    await before.query('BEGIN');
    await before.query('SELECT pg_advisory_xact_lock(1651273571, 1)');
    await before.query(
      `INSERT INTO blocklist (vdn_id, number) SELECT 1, n::text FROM generate_series(0, 99) AS n`,
    );
    const answers = [send(1), send(1, new ApiClient(api.url)), send(1)];
    await waitFor(
      async () =>
        (
          await servers.database.query(
            `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'
                AND clock_timestamp() - query_start > interval '3.5 s'`,
          )
        ).length === 2,
      { what: 'an import of each API to wait for longer than others wait for locks' },
    );
    const { id } = await client.upload(1, 1, records(random, 3));
    expect(await client.finished(id)).toMatchObject({ state: 'completed' });
    await before.query('COMMIT');
    const sums = (await Promise.all(answers)).map((answer) => answer.json());
    expect(sums).toContainEqual({ added: MANY - 100, updated: 100, invalid: 0 });
    expect(sums.filter((sum) => (sum as typeof DONE).updated === MANY)).toHaveLength(2);
  } finally {
    await before.end();
  }
});

test('a commit whose answer is lost: 503 that says so, all is blocked, and again changes nothing', async () => {
  const cut = proxy.intercept({ matching: isCommit, nth: 1, when: 'after', run: () => 'cut' });
  const answer = await send(2, new ApiClient(api.url));
  await cut;
  expect([answer.status, answer.json()]).toMatchObject([
    503,
    {
      code: '0200006',
      detail:
        'the database failed; whether this call took effect is not known; it can be repeated without harm',
    },
  ]);
  expect(await count('blocklist', 2)).toBe(MANY);
  expect((await send(2)).json()).toEqual({ added: 0, updated: MANY, invalid: 0 });
});

test('a commit that never came: 503, and nothing is kept', async () => {
  const cut = proxy.intercept({ matching: isCommit, nth: 1, when: 'before', run: () => 'cut' });
  const answer = await send(3, new ApiClient(api.url));
  await cut;
  expect([answer.status, answer.json()]).toMatchObject([503, { code: '0200006' }]);
  await waitFor(async () => (await count('blocklist_imports')) === 0, {
    what: 'what was staged to be removed',
  });
  expect(await count('blocklist', 3)).toBe(0);
  expect((await send(3)).json()).toEqual(DONE);
});

test('a list is one range of the index, whatever the prefix', async () => {
  await servers.database.query(
    `INSERT INTO blocklist (vdn_id, number) SELECT 5, '13' || lpad(n::text, 9, '0') FROM generate_series(1, 50000) AS n`,
  );
  await servers.database.query('ANALYZE blocklist');
  const plans: string[] = [];
  const asking = new pg.Pool({ connectionString: servers.database.url, max: 1 });
  try {
    await asking.query('SET plan_cache_mode = force_generic_plan');
    const found = await listBlocked(asking, 5, '1300004', 2, '13000040000');
    expect(found.map(({ number }) => number)).toEqual(['13000040001', '13000040002']);
    const { rows } = await asking.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN EXECUTE list_blocked (5, '1300004', '13000040000', 2)`,
    );
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  } finally {
    await asking.end();
  }
  expect(plans[0]).toMatch(/Index Scan using blocklist_pkey/);
  expect(plans[0]).toMatch(/Index Cond: .*number >= \$2.*number </);
});

// The last one: it costs the API its life.
test('the API is killed as it merges: nothing is blocked, and the parts are removed', async () => {
  const killed = proxy.intercept({
    matching: isCommit,
    nth: 1,
    when: 'before',
    run: () => {
      api.process.killNow();
      return 'cut';
    },
  });
  const answer = send(4, new ApiClient(api.url));
  await Promise.all([killed, expect(answer).rejects.toThrow()]);
  await api.process.kill();
  await waitFor(async () => (await count('blocklist_import_parts')) === 0, {
    what: 'what was staged to be swept',
  });
  expect(await count('blocklist', 4)).toBe(0);
  expect((await send(4)).json()).toEqual(DONE);
});
