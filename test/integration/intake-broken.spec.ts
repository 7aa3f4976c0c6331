import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import type { TestDatabase } from '../support/database.ts';
import { ndjson, record, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { StreamedUpload } from '../support/streamed-upload.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;
const CAMPAIGN = 1;
const BATCH_SIZE = 100;

const random = seededRandom();

/** Records enough to be written while the body comes in: good ones in batches of 100, broken ones by the thousand. */
const part = (from: number): string =>
  ndjson(Array.from({ length: 2 * BATCH_SIZE }, (_, place) => record(random, from + place))).concat(
    '{"called":\n'.repeat(1_100),
  );

interface Counts {
  readonly uploads: number;
  readonly batches: number;
  readonly rejected: number;
  readonly records: number;
}

async function rows(database: TestDatabase): Promise<Counts> {
  const [counts] = await database.query<Counts & Record<string, unknown>>(
    `SELECT (SELECT count(*)::int FROM uploads) AS uploads,
            (SELECT count(*)::int FROM batches) AS batches,
            (SELECT count(*)::int FROM rejected_records) AS rejected,
            (SELECT count(*)::int FROM records) AS records`,
  );
  if (counts === undefined) throw new Error('no counts');
  return counts;
}

const isNothing = ({ uploads, batches, rejected, records }: Counts): boolean =>
  uploads + batches + rejected + records === 0;

/** Begins an upload and waits until the first part of it is staged. */
async function beginUpload(database: TestDatabase, url: string): Promise<StreamedUpload> {
  const upload = new StreamedUpload(url, VDN, CAMPAIGN);
  await upload.write(part(0));
  await waitFor(
    async () => {
      const { batches, rejected } = await rows(database);
      return batches >= 2 && rejected >= 1_000;
    },
    { what: 'the first batches and rejections to be staged' },
  );
  return upload;
}

describe.each(queueBackends)('an upload that breaks off, with queues on $name', (backend) => {
  const servers = useServers(backend);
  let proxy: PostgresProxy;
  let api: AppProcess;
  let watching: AppProcess;
  let client: ApiClient;

  beforeAll(async () => {
    proxy = await PostgresProxy.start(servers.database.url);
    // Short enough to be waited for, and long enough for an API that a busy machine makes stand still.
    const env = { ...servers.env, DATABASE_URL: proxy.url, RECEIVING_TIMEOUT_SECONDS: '15' };
    [api, watching] = await Promise.all([
      startApp('api', env),
      startApp('api', servers.env, 'watching API'),
    ]);
    client = new ApiClient(watching.url);
    await client.putCampaign(VDN, CAMPAIGN, unpaced({ batchSize: BATCH_SIZE }));
  });

  afterAll(() => stopApps([watching]));

  async function expectNothingShown(): Promise<void> {
    const list = await client.get<{ items: unknown[] }>(`/v1/vdns/${VDN}/uploads`);
    expect(list.json().items).toEqual([]);
    for (const { id } of await servers.database.query<{ id: string }>('SELECT id FROM uploads')) {
      expect((await client.get(`/v1/uploads/${id}`)).status).toBe(404);
      expect((await client.get(`/v1/uploads/${id}/receipts`)).status).toBe(404);
    }
  }

  async function nothingLeft(): Promise<void> {
    await waitFor(async () => isNothing(await rows(servers.database)), {
      what: 'the staged rows to be removed',
    });
  }

  describe('while nobody sweeps', () => {
    test('because its sender is gone: nothing is kept', async () => {
      const upload = await beginUpload(servers.database, api.url);
      upload.breakOff();
      await nothingLeft();
    });

    test('because a connection to the database broke: 503, and nothing is kept', async () => {
      const upload = await beginUpload(servers.database, api.url);
      const broken = proxy.intercept({
        matching: ({ sql }) => sql.some((text) => text.includes('INSERT INTO batches')),
        nth: 1,
        when: 'after',
        run: () => 'cut',
      });
      await upload.write(part(10_000));
      await broken;
      const { status, headers, text } = await upload.end();
      expect({ status, problem: JSON.parse(text) as unknown }).toMatchObject({
        status: 503,
        problem: { code: '0200006' },
      });
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(isNothing(await rows(servers.database))).toBe(true);
    });
  });

  describe('while a worker sweeps', () => {
    let worker: AppProcess;

    beforeAll(async () => {
      worker = await startApp('worker', servers.env);
    });

    afterAll(() => stopApps([worker]));

    test('because the database is away: 503, nothing is kept, and the API goes on afterwards', async () => {
      const upload = await beginUpload(servers.database, api.url);
      proxy.down();
      await upload.write(part(10_000));
      const { status, text } = await upload.end();
      expect({ status, problem: JSON.parse(text) as unknown }).toMatchObject({
        status: 503,
        problem: { code: '0200006' },
      });
      proxy.heal();
      await expectNothingShown();
      await nothingLeft();

      // Until the API has all its connections back it may say 503 again, and keep nothing again.
      const again = await waitFor(
        async () => {
          const next = new StreamedUpload(api.url, VDN, CAMPAIGN);
          await next.write(part(0));
          const answer = await next.end();
          expect([202, 503]).toContain(answer.status);
          return answer.status === 202 ? (JSON.parse(answer.text) as { id: string }) : undefined;
        },
        { what: 'an upload to be accepted', pollMs: 100 },
      );
      expect((await client.finished(again.id)).counts).toMatchObject({
        accepted: 200,
        invalid: 1_100,
      });
      await expectBalancedBooks(servers.database);
      await servers.database.query('DELETE FROM uploads');
      await servers.database.query('DELETE FROM records');
    });

    test('because the API hangs for too long: 503 when it comes to itself, and nothing is kept', async () => {
      const upload = await beginUpload(servers.database, api.url);
      api.process.signal('SIGSTOP');
      await nothingLeft();
      api.process.signal('SIGCONT');
      await upload.write(part(10_000));
      const { status, text } = await upload.end();
      expect({ status, problem: JSON.parse(text) as unknown }).toMatchObject({
        status: 503,
        problem: { code: '0200006' },
      });
      await expectNothingShown();
      await nothingLeft();
    });

    // The last one: it costs the API its life.
    test('because the API was killed: nothing of it is ever shown, or kept', async () => {
      const upload = await beginUpload(servers.database, api.url);
      await expectNothingShown();
      await api.process.kill();
      await expect(upload.answer).rejects.toThrow(/ECONNRESET|socket hang up/);
      await expectNothingShown();
      await nothingLeft();
      await expectNothingShown();
    });
  });
});
