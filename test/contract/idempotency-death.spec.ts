import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { Answer, CallVerdict, UploadView } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { OpenRequest } from './open-request.ts';

const random = seededRandom();

const VDN = 1;

const KINDS = ['call', 'respond-async', 'upload'] as const;

type Kind = (typeof KINDS)[number];

let keys = 0;

describe.each(queueBackends)('an API that dies over an Idempotency-Key, on $name', (backend) => {
  const servers = useServers(backend);
  let worker: AppProcess;
  let survivor: AppProcess;

  beforeAll(async () => {
    [worker, survivor] = await Promise.all([
      startApp('worker', servers.env),
      startApp('api', servers.env),
    ]);
    await new ApiClient(survivor.url).putCampaign(VDN, 1, unpaced());
  });

  afterAll(() => stopApps([worker, survivor]));

  /** What has no queue in its way is tried on one backend. */
  const forUploads = <T>(points: readonly T[]): readonly T[] =>
    backend.name === 'postgres' ? points : [];

  const request = (kind: Kind) => {
    keys += 1;
    const list = records(random, 3);
    const headers = { 'idempotency-key': `key ${keys}` };
    return (url: string): Promise<Answer> => {
      const client = new ApiClient(url);
      if (kind === 'upload') {
        return client.send('POST', `/v1/vdns/${VDN}/campaigns/1/uploads`, {
          body: ndjson(list),
          headers: { ...headers, 'content-type': 'application/x-ndjson' },
        });
      }
      const prefer = kind === 'call' ? {} : { prefer: 'respond-async' };
      return client.call(VDN, 1, list, {
        json: { callDataList: list },
        headers: { ...headers, ...prefer },
      });
    };
  };

  const count = async (table: 'uploads' | 'records'): Promise<number> =>
    (await servers.database.query(`SELECT 1 FROM ${table}`)).length;

  /** The answer once the key is free: as soon as Postgres has noticed that its holder is dead. */
  const whenFree = (send: () => Promise<Answer>): Promise<Answer> =>
    waitFor(
      async () => {
        const answer = await send();
        return answer.status === 409 ? undefined : answer;
      },
      { what: 'the key to be free' },
    );

  /** An API that is killed when it runs a statement with this text, and its connections with it. */
  async function victim(text: string, when: 'before' | 'after') {
    const proxy = await PostgresProxy.start(servers.database.url);
    const { process, url } = await startApp('api', { ...servers.env, DATABASE_URL: proxy.url });
    const killed = proxy.intercept({
      matching: ({ sql }) => sql.some((one) => one.includes(text)),
      nth: 1,
      when,
      run: async () => {
        await process.kill();
        return 'cut' as const;
      },
    });
    return { url, killed };
  }

  const KEEPING = 'UPDATE idempotency_keys SET answer';
  const SEALING = 'SET state = $9::upload_state';
  const CALLING = `'sync', 'json'`;

  type Point = readonly [kind: Kind, point: string, text: string, when: 'before' | 'after'];

  test.each<Point>([
    ['call', 'before its answer is kept', KEEPING, 'before'],
    ['call', 'after its answer is kept', KEEPING, 'after'],
    ...forUploads<Point>([
      ['respond-async', 'after it is sealed', SEALING, 'after'],
      ['upload', 'before its answer is kept', KEEPING, 'before'],
    ]),
  ])(
    'a %s, killed %s, is answered when it is repeated, and not doubled',
    async (kind, _p, text, when) => {
      const before = { uploads: await count('uploads'), records: await count('records') };
      const send = request(kind);
      const { url, killed } = await victim(text, when);
      const unanswered = expect(send(url)).rejects.toThrow();
      await killed;
      await unanswered;
      const answers = await Promise.all([send(survivor.url), send(survivor.url)]);
      answers.push(await send(survivor.url));
      for (const { status, headers } of answers) {
        expect([status, headers.get('idempotent-replayed')]).toEqual([
          kind === 'call' ? 200 : 202,
          'true',
        ]);
      }
      expect(new Set(answers.map(({ text: body }) => body)).size).toBe(1);
      const [answer] = answers;
      if (kind === 'call') {
        const { returnObject } = answer.json() as CallVerdict;
        const kept = await servers.database.query<{ id: string }>(
          'SELECT id::text FROM records ORDER BY id DESC LIMIT 3',
        );
        expect(returnObject?.dataIdList.map(({ dataId }) => dataId)).toEqual(
          kept.map(({ id }) => id).reverse(),
        );
        expect(returnObject?.totalSize).toBe(before.records + 3);
      } else {
        const id = (answer.headers.get('location') ?? '').split('/').at(-1) ?? '';
        await new ApiClient(survivor.url).finished(id);
        if (kind === 'upload') expect((answer.json() as UploadView).id).toBe(id);
        else expect(answer.headers.get('preference-applied')).toBe('respond-async');
      }
      expect(await count('uploads')).toBe(before.uploads + 1);
      expect(await count('records')).toBe(before.records + 3);
      await expectBalancedBooks(servers.database);
    },
  );

  test.each<readonly [kind: Kind, point: string, text: string]>([
    ['call', 'before it is put down', CALLING],
    ...forUploads<readonly [kind: Kind, point: string, text: string]>([
      ['upload', 'before it is sealed', SEALING],
    ]),
  ])('a %s, killed %s, had no effect and leaves the key free', async (kind, _point, text) => {
    const before = { uploads: await count('uploads'), records: await count('records') };
    const send = request(kind);
    const { url, killed } = await victim(text, 'before');
    const unanswered = expect(send(url)).rejects.toThrow();
    await killed;
    await unanswered;
    const answer = await whenFree(() => send(survivor.url));
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([
      kind === 'call' ? 200 : 202,
      null,
    ]);
    await waitFor(async () => (await count('records')) === before.records + 3, {
      what: 'three records more',
    });
    expect(await count('uploads')).toBe(before.uploads + 1);
    await expectBalancedBooks(servers.database);
  });

  test('killed in mid-body it leaves the key free at once', async () => {
    const env = { ...servers.env, RECEIVING_TIMEOUT_SECONDS: '3600' };
    const { process, url } = await startApp('api', env, 'victim');
    keys += 1;
    const headers = {
      'idempotency-key': `key ${keys}`,
      'content-type': 'application/x-ndjson',
    };
    const path = `/v1/vdns/${VDN}/campaigns/1/uploads`;
    const body = ndjson(records(random, 2));
    const open = await OpenRequest.post(url, path, { ...headers, 'content-length': '100000' });
    await open.send(body);
    const client = new ApiClient(survivor.url);
    const repeat = () => client.send('POST', path, { headers, body });
    const receiving = `SELECT 1 FROM uploads WHERE state = 'receiving'`;
    await waitFor(async () => (await servers.database.query(receiving)).length === 1, {
      what: 'the upload to be begun',
    });
    expect((await repeat()).status).toBe(409);
    await process.kill();
    // The upload's time-out is an hour off.
    const answer = await whenFree(repeat);
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([202, null]);
    open.cutOff();
    await client.finished((answer.json() as UploadView).id);
  });

  test('an API whose answer could not be kept answers all the same, and the repetition too', async () => {
    const proxy = await PostgresProxy.start(servers.database.url);
    const api = await startApp('api', { ...servers.env, DATABASE_URL: proxy.url });
    for (const kind of KINDS) {
      const before = await count('records');
      const send = request(kind);
      void proxy.intercept({
        matching: ({ sql }) => sql.some((one) => one.includes(KEEPING)),
        nth: 1,
        when: 'before',
        run: () => 'cut',
      });
      const first = await send(api.url);
      expect([kind, first.status]).toEqual([kind, kind === 'call' ? 200 : 202]);
      const second = await send(api.url);
      expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([
        first.status,
        'true',
      ]);
      if (kind !== 'upload') expect(second.text).toBe(first.text);
      await waitFor(async () => (await count('records')) === before + 3, { what: 'its records' });
    }
    await api.process.stop();
  });
});
