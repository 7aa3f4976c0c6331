import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;

describe.each(queueBackends)(
  'a network that swallows what is sent to Postgres, with queues on $name',
  (backend) => {
    const servers = useServers(backend);
    const random = seededRandom();
    let proxy: PostgresProxy;
    /** An API that the network is good to. */
    let near: AppProcess;
    let client: ApiClient;

    beforeAll(async () => {
      proxy = await PostgresProxy.start(servers.database.url);
      near = await startApp('api', servers.env, 'near API');
      client = new ApiClient(near.url);
      await client.putCampaign(VDN, 1, { ...unpaced(), batchSize: 5 });
    });

    afterEach(() => {
      // Also after a failure, or all that follows would fail.
      proxy.disarm();
      proxy.resume();
    });

    afterAll(() => stopApps([near]));

    /** By way of the proxy. @param answerMs how long an answer of Postgres is waited for, instead of the service's own time */
    function farEnv(answerMs?: number): Record<string, string> {
      const url = new URL(proxy.url);
      if (answerMs !== undefined) url.searchParams.set('query_timeout', String(answerMs));
      return { ...servers.env, SWEEP_INTERVAL_MS: '100', DATABASE_URL: url.href };
    }

    /** So that what is never decided is answered soon; on a busy machine, that may be too soon for what it should come to. */
    const IMPATIENT = { SYNC_WAIT_MS: '1000' };

    /** The answer to a call that is on its way when the network falls silent: one that was given up before is made again. */
    async function callUntil<A>(silent: Promise<unknown>, call: () => Promise<A>): Promise<A> {
      let isSilent = false;
      void silent.then(() => (isSilent = true));
      const last = await waitFor(
        async () => {
          const answer = await call();
          return isSilent && { answer };
        },
        { what: 'the network to fall silent' },
      );
      return last.answer;
    }

    /** Nothing gets through any more from the first request on that contains all of this, one after the other. */
    function silentAt(texts: readonly string[], when: 'before' | 'after' = 'before') {
      const rest = [...texts];
      return proxy.intercept({
        matching: ({ sql }) => {
          if (sql.some((one) => one.includes(rest[0] ?? ''))) rest.shift();
          return rest.length === 0;
        },
        nth: 1,
        when,
        run: () => {
          proxy.pause();
          return undefined;
        },
      });
    }

    describe('a worker in the middle of an admission', () => {
      let worker: AppProcess;

      beforeAll(async () => {
        worker = await startApp('worker', farEnv(2_000));
      });

      afterAll(() => stopApps([worker]));

      test.each([
        ['records', ['INSERT INTO records']],
        ['commit', ['INSERT INTO records', 'COMMIT']],
      ])('before the %s, gives up, and goes on when it is over', async (_, texts) => {
        const silent = silentAt(texts);
        const upload = await client.upload(VDN, 1, records(random, 20));
        await silent;
        const written = worker.process.output().length;
        // The second one has begun after the admission's last request, and so was given up after it.
        const sweeps = () => worker.process.output().slice(written).split('A sweep failed').length;
        await worker.process.until(() => sweeps() > 2, { what: 'two sweeps to fail' });
        proxy.resume();
        expect(await client.finished(upload.id)).toMatchObject({
          state: 'completed',
          counts: { accepted: 20 },
        });
        await expectBalancedBooks(servers.database);
      });
    });

    describe('an API that has been asked for a call', () => {
      let api: AppProcess;
      let worker: AppProcess;
      let far: ApiClient;
      let env: Record<string, string>;

      beforeAll(async () => {
        // The time of the call counts, and not that of a statement.
        env = farEnv(3_600_000);
        [api, worker] = await Promise.all([
          startApp('api', { ...env, ...IMPATIENT }),
          startApp('worker', { ...servers.env, SWEEP_INTERVAL_MS: '100' }, 'near worker'),
        ]);
        far = new ApiClient(api.url);
      });

      afterAll(() => stopApps([api, worker]));

      test.each([
        ['when the campaign is looked up', 'FROM campaigns', 'before'],
        ['when the call is put down', 'INSERT INTO uploads', 'before'],
        ['when the call was put down', 'INSERT INTO uploads', 'after'],
      ] as const)('answers in time %s, and no worker admits it', async (_, text, when) => {
        const before = await servers.database.query('SELECT 1 FROM records');
        const silent = silentAt([text], when);
        const answer = await callUntil(silent, () => far.call(VDN, 1, records(random, 2)));
        expect(answer.status).toBe(503);
        expect(answer.json().resultCode).toBe('0200006');
        expect(answer.headers.get('retry-after')).toMatch(/^[1-9]/);
        proxy.resume();
        await waitFor(async () => (await far.get('/readyz')).status === 200, {
          what: 'the API to have the database back',
          pollMs: 50,
        });
        const calls = `SELECT 1 FROM uploads WHERE state = 'receiving'`;
        await waitFor(async () => (await servers.database.query(calls)).length === 0, {
          what: 'the call to be gone',
        });
        expect(await servers.database.query('SELECT 1 FROM records')).toEqual(before);
      });

      test('answers what took effect, though the answer cannot be kept', async () => {
        const patient = await startApp('api', env, 'patient API');
        const call = () => new ApiClient(patient.url).call(VDN, 1, list, { headers });
        const silent = silentAt(['SET answer']);
        const list = records(random, 2);
        const headers = { 'idempotency-key': 'silent' };
        const answer = await call();
        await silent;
        expect(answer.json().resultCode).toBe('0200000');
        proxy.resume();
        const again = await call();
        expect(again.headers.get('idempotent-replayed')).toBe('true');
        expect(again.json().returnObject?.dataIdList).toEqual(
          answer.json().returnObject?.dataIdList,
        );
        await expectBalancedBooks(servers.database);
        await stopApps([patient]);
      });
    });

    test('SIGTERM ends an API and a worker in time, with 0, whatever they wait for', async () => {
      // The service's own time for an answer is tried on one backend: it takes that time.
      const env = { ...farEnv(backend.name === 'postgres' ? undefined : 2_000), ...IMPATIENT };
      const apps = await Promise.all([startApp('api', env), startApp('worker', env)]);
      const impatient = new ApiClient(apps[0].url);
      const silent = silentAt(['INSERT INTO records']);
      const answer = callUntil(silent, () => impatient.call(VDN, 1, records(random, 1)));
      await silent;
      for (const { process } of apps) process.signal('SIGTERM');
      expect((await answer).status).toBe(503);
      for (const { process } of apps) await process.expectExit(0);
    });
  },
);
