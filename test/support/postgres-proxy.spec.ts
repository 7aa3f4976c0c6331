import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { PostgresProxy } from './postgres-proxy.ts';
import { waitFor } from './time.ts';

const isInsert = ({ sql }: { sql: readonly string[] }): boolean =>
  sql.some((text) => text.startsWith('INSERT'));

/** What a client says, by where it is when it notices. */
const BROKEN = /terminated|ECONNRESET|EPIPE/;

describe('PostgresProxy', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let client: pg.Client;

  const count = async (): Promise<number> =>
    (await database.query('SELECT value FROM proxied')).length;
  const insert = (value: number) => client.query('INSERT INTO proxied VALUES ($1)', [value]);

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query('CREATE TABLE proxied (value int)');
  });

  beforeEach(async () => {
    await database.query('TRUNCATE proxied');
    proxy = await PostgresProxy.start(database.url);
    client = new pg.Client({ connectionString: proxy.url });
    client.on('error', () => undefined);
    await client.connect();
  });

  afterEach(async () => {
    await client.end();
    await proxy.close();
  });

  test('passes everything on, however large, and counts requests', async () => {
    const requests = proxy.record();
    const text = 'x'.repeat(3_000_000);
    const { rows } = await client.query<{ text: string }>('SELECT $1::text AS text', [text]);
    expect(rows[0]?.text === text).toBe(true);
    await client.query({ name: 'named', text: 'SELECT 1' });
    await client.query({ name: 'named', text: 'SELECT 1' });
    await client.query('BEGIN; COMMIT');
    expect(requests.map(({ number, sql }) => ({ number, sql }))).toEqual([
      { number: 1, sql: ['SELECT $1::text AS text'] },
      { number: 2, sql: ['SELECT 1'] },
      { number: 3, sql: ['SELECT 1'] },
      { number: 4, sql: ['BEGIN; COMMIT'] },
    ]);
  });

  test('stops before the n-th matching request: the server has not seen it', async () => {
    const intercepted = proxy.intercept({
      matching: isInsert,
      nth: 2,
      when: 'before',
      run: async () => {
        expect(await count()).toBe(1);
        return undefined;
      },
    });
    await insert(1);
    await client.query('SELECT 1');
    await insert(2);
    await insert(3);
    await expect(intercepted).resolves.toMatchObject({ number: 3 });
    expect(await count()).toBe(3);
  });

  test('cut before a request, and the server never gets it', async () => {
    const intercepted = proxy.intercept({
      matching: isInsert,
      nth: 1,
      when: 'before',
      run: () => 'cut',
    });
    await expect(insert(1)).rejects.toThrow(BROKEN);
    await intercepted;
    await waitFor(() => proxy.openConnections === 0, { what: 'the connection to be gone' });
    expect(await count()).toBe(0);
  });

  test('stops after a request: it is committed, and the client does not know', async () => {
    let answered = false;
    const intercepted = proxy.intercept({
      matching: ({ sql }) => sql.includes('COMMIT'),
      nth: 1,
      when: 'after',
      run: async () => {
        expect(await count()).toBe(1);
        expect(answered).toBe(false);
        return 'cut' as const;
      },
    });
    await client.query('BEGIN');
    await insert(1);
    const committed = client.query('COMMIT').then(() => {
      answered = true;
    });
    await expect(committed).rejects.toThrow(BROKEN);
    await intercepted;
    expect(await count()).toBe(1);
  });

  test('lets the answer through when the callback is done', async () => {
    const intercepted = proxy.intercept({ nth: 1, when: 'after', run: () => undefined });
    const { rows } = await client.query<{ one: number }>('SELECT 1 AS one');
    expect(rows).toEqual([{ one: 1 }]);
    await intercepted;
  });

  test('hands on what a callback throws', async () => {
    const intercepted = proxy.intercept({
      nth: 1,
      when: 'before',
      run: () => {
        throw new Error('from the callback');
      },
    });
    const caught = expect(intercepted).rejects.toThrow('from the callback');
    await client.query('SELECT 1');
    await caught;
  });

  test('disarm forgets what was to be intercepted', async () => {
    let fired = false;
    void proxy.intercept({
      nth: 1,
      when: 'before',
      run: () => {
        fired = true;
        return undefined;
      },
    });
    proxy.disarm();
    await client.query('SELECT 1');
    expect(fired).toBe(false);
  });

  test('cut breaks what is open; a new connection works', async () => {
    const query = client.query('SELECT pg_sleep(600)');
    const broken = expect(query).rejects.toThrow(BROKEN);
    proxy.cut();
    await broken;
    const second = new pg.Client({ connectionString: proxy.url });
    await second.connect();
    await second.query('SELECT 1');
    await second.end();
  });

  test('down refuses connections until healed', async () => {
    proxy.down();
    const refused = new pg.Client({ connectionString: proxy.url });
    await expect(refused.connect()).rejects.toThrow(BROKEN);
    proxy.heal();
    const second = new pg.Client({ connectionString: proxy.url });
    await second.connect();
    await second.end();
  });

  test('pause lets nothing through, and resume all of it', async () => {
    proxy.pause();
    let answered = false;
    const inserted = insert(1).then(() => {
      answered = true;
    });
    // Another connection's round trips take their time: this one had the chance to be answered.
    expect(await count()).toBe(0);
    expect(await count()).toBe(0);
    expect(answered).toBe(false);
    proxy.resume();
    await inserted;
    expect(await count()).toBe(1);
  });

  test('latency is added to every round trip, never less', async () => {
    proxy.latencyMs = 40;
    const begun = performance.now();
    await client.query('SELECT 1');
    await client.query('SELECT 1');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(80);
  });
});
