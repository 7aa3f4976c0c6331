import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CALLS, LANES } from '#queue';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, serviceEnv, useServers } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import { ndjson, records } from '../support/factories.ts';
import { admissions, expectBalancedBooks, shortestGap } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { openQueue } from '../support/queues.ts';
import { seededRandom } from '../support/random.ts';
import { StreamedUpload } from '../support/streamed-upload.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;

describe.each(queueBackends)('SIGTERM, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  /** Of an API: its calls wait while workers stop and start. */
  let env: Record<string, string>;
  let api: AppProcess;
  let client: ApiClient;

  beforeAll(async () => {
    env = { ...servers.env, SYNC_WAIT_MS: '120000' };
    api = await startApp('api', env);
    client = new ApiClient(api.url);
  });

  afterAll(() => stopApps([api]));

  // A job that its worker leaves behind as "active" is given to nobody before its lock has run out: a stall.
  test.each([
    { campaign: 1, where: 'while it works a batch off', intervalMs: 0 },
    { campaign: 2, where: 'while it waits the last moments before a slot', intervalMs: 100 },
    { campaign: 3, where: 'while its lane is in the queue', intervalMs: 1_000 },
  ])('to a worker $where: it gives the lane back, and another one goes on', async (row) => {
    const { campaign, intervalMs } = row;
    const lanes = await openQueue(servers, LANES);
    const proxy = await PostgresProxy.start(servers.database.url);
    const first = await startApp('worker', { ...servers.env, DATABASE_URL: proxy.url }, 'worker 1');
    const admissionCommitted = proxy.intercept({
      matching: ({ sql: [text = ''] }) => text.includes('INSERT INTO records'),
      nth: 2,
      when: intervalMs === 0 ? 'before' : 'after',
      run: async () => {
        first.process.signal('SIGTERM');
        await first.process.untilOutput(/SIGTERM: stopping/);
        return undefined;
      },
    });
    await client.putCampaign(VDN, campaign, { admissionIntervalMs: intervalMs, batchSize: 2 });
    const upload = await client.upload(VDN, campaign, records(random, 10));
    await admissionCommitted;
    await first.process.expectExit(0);
    // What was begun is finished, and the rest is nobody's.
    const { counts } = await client.getUpload(upload.id);
    expect({ even: counts.accepted % 2, begun: counts.accepted >= 4 }).toEqual({
      even: 0,
      begun: true,
    });
    expect(await lanes.getJobCountByTypes('active')).toBe(0);
    expect(await lanes.count()).toBe(1);

    const second = await startApp('worker', servers.env, 'worker 2');
    expect(await client.finished(upload.id)).toMatchObject({ state: 'completed' });
    const isIdle = async () =>
      (await lanes.count()) + (await lanes.getJobCountByTypes('active')) === 0;
    // Or it would be in the way of the next one that is counted.
    await waitFor(isIdle, { what: 'the lane to end' });
    const admitted = await admissions(servers.database, VDN, campaign);
    expect(admitted).toHaveLength(5);
    expect(shortestGap(admitted)).toBeGreaterThanOrEqual(intervalMs);
    await expectBalancedBooks(servers.database);
    await stopApps([second]);
  });

  test('to a worker while a call waits for its slot: another one answers it', async () => {
    const calls = await openQueue(servers, CALLS);
    const first = await startApp('worker', servers.env, 'worker 1');
    await client.putCampaign(VDN, 11, { admissionIntervalMs: 60_000, batchSize: 2 });
    const upload = await client.upload(VDN, 11, records(random, 2));
    await client.finished(upload.id);
    const answer = client.call(VDN, 11, records(random, 1));
    await waitFor(
      () =>
        servers.database
          .query('SELECT FROM campaigns WHERE id = 11 AND reserved_for IS NOT NULL')
          .then(({ length }) => length),
      { what: 'the call to wait for its slot' },
    );
    await first.process.stop();
    expect(await calls.getJobCountByTypes('active')).toBe(0);
    const second = await startApp('worker', servers.env, 'worker 2');
    // The slot comes when nobody is left who could have been faster.
    await servers.database.query('UPDATE campaigns SET admission_interval_ms = 2000 WHERE id = 11');
    expect((await answer).json().resultCode).toBe('0200000');
    const admitted = await admissions(servers.database, VDN, 11);
    expect(admitted.map(({ mode }) => mode)).toEqual(['async', 'sync']);
    expect(shortestGap(admitted)).toBeGreaterThanOrEqual(2_000);
    await stopApps([second]);
  });

  test('to the API while a call waits and an upload is received: both are answered, others are refused', async () => {
    const slow = { ...env, SHUTDOWN_SECONDS: '120', BODY_RATE_WINDOW_SECONDS: '120' };
    const stopping = await startApp('api', slow, 'stopping API');
    await client.putCampaign(VDN, 21, { admissionIntervalMs: 0, batchSize: 10 });
    const list = records(random, 30);
    const upload = new StreamedUpload(stopping.url, VDN, 21);
    await upload.write(ndjson(list.slice(0, 15)));
    const call = new ApiClient(stopping.url).call(VDN, 21, records(random, 2));
    await waitFor(
      async () => {
        const staged = await servers.database.query(
          `SELECT FROM uploads u JOIN batches b ON b.upload_id = u.id WHERE u.state = 'receiving'`,
        );
        return staged.length === 2;
      },
      { what: 'the call and a batch of the upload to be staged' },
    );
    stopping.process.signal('SIGTERM');
    await waitFor(() => refusesConnections(stopping.url), { what: 'the port to be closed' });

    const worker = await startApp('worker', servers.env);
    expect((await call).json().resultCode).toBe('0200000');
    await upload.write(ndjson(list.slice(15)));
    const accepted = await upload.end();
    expect(accepted.status).toBe(202);
    await stopping.process.expectExit(0);
    const { id } = JSON.parse(accepted.text) as { id: string };
    expect((await client.finished(id)).counts).toMatchObject({ received: 30, accepted: 30 });
    await expectBalancedBooks(servers.database);
    await stopApps([worker]);
  });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s to the API while connections are open on which nothing is asked: they do not hold it back',
  async (signal) => {
    const database = await createTestDatabase();
    const api = await startApp('api', { ...serviceEnv(database.url), SHUTDOWN_SECONDS: '60' });
    const silent = await openConnection(api.url);
    const stuttering = await openConnection(api.url);
    stuttering.write('GET /healthz HT');
    await fetch(`${api.url}/healthz`);
    await api.process.stop({ signal });
    for (const socket of [silent, stuttering]) socket.destroy();
  },
);

test('what a process would wait for longer than it may is broken off and logged as an error, and it ends with 0', async () => {
  const database = await createTestDatabase();
  const api = await startApp('api', {
    ...serviceEnv(database.url),
    SYNC_WAIT_MS: '120000',
    SHUTDOWN_SECONDS: '1',
  });
  const random = seededRandom();
  const client = new ApiClient(api.url);
  // Without room: the worker that comes in the end may decide the call before it looks for what was left behind.
  await client.putCampaign(VDN, 1, { batchSize: 10, maxIncomplete: 0 });
  // There is no worker: the call would be waited for longer.
  const unanswered = expect(client.call(VDN, 1, records(random, 1))).rejects.toThrow();
  const upload = new StreamedUpload(api.url, VDN, 1);
  await upload.write(ndjson(records(random, 15)));
  const staged = `SELECT FROM uploads u JOIN batches b ON b.upload_id = u.id WHERE u.state = 'receiving'`;
  await waitFor(async () => (await database.query(staged)).length === 2, {
    what: 'the call and a batch of the upload to be staged',
  });
  await api.process.stop();
  await unanswered;
  await expect(upload.answer).rejects.toThrow();
  const told = api.process
    .output()
    .split('\n')
    .find((line) => line.includes('Not stopped'));
  expect(JSON.parse(told ?? '{}')).toMatchObject({
    level: 50,
    msg: 'Not stopped after 1 s: breaking off what is waited for. Left: API, connections',
  });
  // Nothing is left of what was not taken in.
  const worker = await startApp('worker', serviceEnv(database.url));
  await waitFor(async () => (await database.query('SELECT FROM uploads')).length === 0, {
    what: 'the call and the upload to be removed',
  });
  await stopApps([worker]);
});

async function openConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // How it ends is the service's affair.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function refusesConnections(url: string): Promise<boolean> {
  try {
    await (await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).arrayBuffer();
    return false;
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
    return code === 'ECONNREFUSED';
  }
}
