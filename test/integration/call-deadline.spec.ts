import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CALLS } from '#queue';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { patientUrl } from '../support/database.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { openQueue } from '../support/queues.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;
const CAMPAIGN = 1;

describe.each(queueBackends)('the deadline of a call, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  let api: AppProcess;
  let client: ApiClient;

  beforeAll(async () => {
    // Time enough, on a busy machine too, for the queue to have the call, and for a worker to begin with it.
    api = await startApp('api', { ...servers.env, SYNC_WAIT_MS: '5000' });
    client = new ApiClient(api.url);
    await client.putCampaign(VDN, CAMPAIGN, unpaced());
  });

  afterAll(() => stopApps([api]));

  /** All rows that calls leave behind, and the campaign's counter and clock. */
  async function traces(): Promise<unknown> {
    const [row] = await servers.database.query(
      `SELECT (SELECT count(*)::int FROM uploads) AS uploads,
              (SELECT count(*)::int FROM batches) AS batches,
              (SELECT count(*)::int FROM records) AS records,
              (SELECT count(*)::int FROM rejected_records) AS rejected,
              incomplete, last_admission_at, reserved_for
         FROM campaigns WHERE id = $1`,
      [CAMPAIGN],
    );
    return row;
  }

  const NOTHING = {
    uploads: 0,
    batches: 0,
    records: 0,
    rejected: 0,
    incomplete: 0,
    last_admission_at: null,
    reserved_for: null,
  };

  test('without a worker it is withdrawn, and a worker that comes later admits nothing', async () => {
    const calls = await openQueue(servers, CALLS);
    const answer = await client.call(VDN, CAMPAIGN, records(random, 2));
    expect(answer.status).toBe(503);
    expect(answer.json().resultCode).toBe('0200006');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await traces()).toEqual(NOTHING);

    // Its job is still there, until somebody finds that there is nothing to do any more.
    await waitFor(async () => (await calls.count()) === 1, { what: 'the job to be there' });
    const worker = await startApp('worker', servers.env);
    const jobs = () => calls.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized');
    await waitFor(async () => (await jobs()) === 0, { what: 'the job to be done' });
    expect(await traces()).toEqual(NOTHING);
    await stopApps([worker]);
  });

  test('while a worker is just admitting it, the answer is what the worker does', async () => {
    const proxy = await PostgresProxy.start(servers.database.url);
    const env = { ...servers.env, DATABASE_URL: patientUrl(proxy.url) };
    const worker = await startApp('worker', env);
    let admitting = 0;
    const committed = proxy.intercept({
      // The one behind the records, on their connection: a sweep commits as well.
      matching: ({ connection, sql: [text = ''] }) => {
        if (text.includes('INSERT INTO records')) admitting = connection;
        return connection === admitting && text === 'COMMIT';
      },
      nth: 1,
      when: 'before',
      run: async () => {
        await waitFor(withdrawalWaits, { what: 'the withdrawal to wait for the lock' });
        return undefined;
      },
    });
    let isAdmitted = false;
    void committed.then(() => (isAdmitted = true));
    // On a busy machine the time may be over before a worker has begun: then once more.
    const { answer } = await waitFor(
      async () => {
        const answer = await client.call(VDN, CAMPAIGN, records(random, 2));
        return isAdmitted && { answer };
      },
      { what: 'a call to be admitted just when its time is over' },
    );
    expect(answer.json().resultCode).toBe('0200000');
    const kept = await servers.database.query<{ id: string }>(
      'SELECT id::text FROM records ORDER BY id',
    );
    expect(answer.json().returnObject?.dataIdList.map(({ dataId }) => dataId)).toEqual(
      kept.map(({ id }) => id),
    );
    await expectBalancedBooks(servers.database);
    await stopApps([worker]);
  });

  async function withdrawalWaits(): Promise<boolean> {
    const waiting = await servers.database.query(
      `SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM uploads%'`,
    );
    return waiting.length > 0;
  }
});
