import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { Answer } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;
/** Time enough for a call to be put down, looked at and admitted, on a busy machine too. */
const WAIT_MS = 5_000;
const UNKNOWN =
  'the database failed; whether this call took effect is not known; repeated with the same Idempotency-Key it takes effect once';

describe.each(queueBackends)(
  'the database is away when an answer is due, with queues on $name',
  (backend) => {
    const servers = useServers(backend);
    const random = seededRandom();
    let proxy: PostgresProxy;
    let api: AppProcess;
    let client: ApiClient;

    beforeAll(async () => {
      proxy = await PostgresProxy.start(servers.database.url);
      const env = { ...servers.env, DATABASE_URL: proxy.url, SYNC_WAIT_MS: String(WAIT_MS) };
      api = await startApp('api', env);
      client = new ApiClient(api.url);
      await client.putCampaign(VDN, 1, unpaced());
    });

    afterAll(() => stopApps([api]));

    const call = (headers: Readonly<Record<string, string>> = {}) =>
      client.call(VDN, 1, [], {
        json: { callDataList: records(random, 2) },
        headers: { locale: 'en_US', ...headers },
      });

    const some = async (sql: string): Promise<boolean> =>
      (await servers.database.query(sql)).length > 0;

    async function healed(): Promise<void> {
      proxy.heal();
      await waitFor(async () => (await client.get('/readyz')).status === 200, {
        what: 'the API to have the database back',
        pollMs: 50,
      });
    }

    const isLook = ({ sql }: { sql: readonly string[] }): boolean =>
      sql.some((text) => text.startsWith('SELECT state, fault'));

    /** A call whose database goes away at its first look, so after the API has heard that it is put down. */
    function callCut(headers?: Readonly<Record<string, string>>) {
      const cut = proxy.intercept({
        matching: isLook,
        nth: 1,
        when: 'before',
        run: () => {
          proxy.down();
          return 'cut';
        },
      });
      return { cut, answer: call(headers) };
    }

    const deadline = (): Promise<unknown> =>
      waitFor(() => some('SELECT 1 FROM uploads WHERE receiving_until < clock_timestamp()'), {
        what: 'the deadline',
      });

    /**
     * The answer where the database is back soon, so while the API still asks for the outcome, which it does for some seconds.
     * Where this process took longer for that the API claims nothing: then all is forgotten, and it is tried once more.
     */
    async function backSoon<T>(
      cut: () => { cut: Promise<unknown>; answer: Promise<Answer<T>> },
      isDue: () => Promise<unknown>,
    ): Promise<Answer<T>> {
      const attempt = async (): Promise<Answer<T> | undefined> => {
        const { cut: isCut, answer } = cut();
        await isCut;
        await isDue();
        await healed();
        if (!(await answer).text.includes(UNKNOWN)) return answer;
        await servers.database.query('TRUNCATE uploads, records CASCADE');
        await servers.database.query('UPDATE campaigns SET incomplete = 0');
        return undefined;
      };
      return waitFor(attempt, { what: 'an answer to be due when the database is back' });
    }

    test('of a change: the answer claims nothing', async () => {
      const cut = proxy.intercept({
        matching: ({ sql }) => sql.some((text) => text.startsWith('UPDATE campaigns AS c')),
        nth: 1,
        when: 'after',
        run: () => 'cut',
      });
      const answer = await client.send('PUT', `/v1/vdns/${VDN}/campaigns/1`, {
        json: { name: 'changed' },
        headers: { locale: 'en_US' },
      });
      await cut;
      expect(answer.status).toBe(503);
      const detail = 'the database failed; whether this call took effect is not known';
      expect(answer.json()).toMatchObject({ code: '0200006', detail });
      expect(answer.json()).not.toHaveProperty('nothingKept');
      expect(await some(`SELECT 1 FROM campaigns WHERE name = 'changed'`)).toBe(true);
    });

    test('and back soon: the call is withdrawn, as its answer says', async () => {
      const answer = await backSoon(
        () => callCut({ accept: 'application/problem+json' }),
        deadline,
      );
      expect(answer.status).toBe(503);
      expect(answer.json()).toMatchObject({
        code: '0200006',
        detail: `no verdict within ${WAIT_MS} ms; the call was withdrawn and nothing of it was kept, try again later`,
        nothingKept: true,
      });
      expect(await some('SELECT 1 FROM uploads')).toBe(false);
    });

    test('and not back: the answer claims nothing, and no worker admits the call afterwards', async () => {
      const { cut, answer } = callCut();
      await cut;
      await deadline();
      expect((await answer).status).toBe(503);
      expect((await answer).json()).toMatchObject({ resultCode: '0200006', resultDesc: UNKNOWN });
      expect((await answer).headers.get('retry-after')).toMatch(/^[1-9]/);
      await healed();
      const worker = await startApp('worker', servers.env);
      await waitFor(async () => !(await some('SELECT 1 FROM uploads')), { what: 'the sweep' });
      expect(await some('SELECT 1 FROM records')).toBe(false);
      await stopApps([worker]);
    });

    test('and a worker has admitted the call: that is the answer', async () => {
      const worker = await startApp('worker', servers.env);
      const cutBehindAdmission = () => {
        const cut = proxy.intercept({
          matching: isLook,
          nth: 1,
          when: 'before',
          run: async () => {
            await waitFor(() => some('SELECT 1 FROM records'), { what: 'the admission' });
            proxy.down();
            return 'cut' as const;
          },
        });
        return { cut, answer: call() };
      };
      const late = `SELECT 1 FROM uploads WHERE created_at < clock_timestamp() - interval '${WAIT_MS} ms'`;
      const answer = await backSoon(cutBehindAdmission, () =>
        waitFor(() => some(late), { what: 'the deadline' }),
      );
      expect(answer.json().resultCode).toBe('0200000');
      await stopApps([worker]);
      await expectBalancedBooks(servers.database);
    });

    /** An upload whose seal is worked off, or is not, just when the database goes away. */
    function uploadCut(when: 'before' | 'after') {
      const cut = proxy.intercept({
        matching: ({ sql }) => sql.some((text) => text.includes('queue_number = nextval')),
        nth: 1,
        when,
        run: () => {
          proxy.down();
          return 'cut' as const;
        },
      });
      const answer = client.send<{ code?: string; detail?: string }>(
        'POST',
        `/v1/vdns/${VDN}/campaigns/1/uploads`,
        {
          body: ndjson(records(random, 2)),
          headers: { 'content-type': 'application/x-ndjson' },
        },
      );
      return { cut, answer };
    }

    const uploads = `SELECT 1 FROM uploads WHERE mode = 'async'`;

    test.each([
      ['after', 202, true],
      ['before', 503, false],
    ] as const)(
      'cut off %s the seal of an upload, and back soon: %i',
      async (when, status, kept) => {
        const answer = await backSoon(
          () => uploadCut(when),
          () => waitFor(() => proxy.openConnections === 0, { what: 'the cut' }),
        );
        expect(answer.status).toBe(status);
        if (status === 503) expect(answer.json()).toMatchObject({ nothingKept: true });
        expect(await some(uploads)).toBe(kept);
        await servers.database.query('DELETE FROM uploads');
      },
    );

    test('cut off after the seal of an upload, and not back: the answer claims nothing', async () => {
      const { cut, answer: due } = uploadCut('after');
      await cut;
      const answer = await due;
      expect(answer.status).toBe(503);
      expect(answer.json()).toMatchObject({ code: '0200006', detail: UNKNOWN });
      expect(answer.json()).not.toHaveProperty('nothingKept');
      expect(await some(uploads)).toBe(true);
      await healed();
    });
  },
);
