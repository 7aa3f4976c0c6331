import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { serviceEnv, useServers } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { freePort } from '../support/ports.ts';
import { seededRandom } from '../support/random.ts';
import { startRedis } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';
import { newVdn } from './service.ts';
import type { IssuedKey, SignedRequest } from './signed.ts';
import { authorize, callRequest, issueKey, sendAs } from './signed.ts';

const random = seededRandom();

describe('a signature', () => {
  const servers = useServers({ name: 'postgres' });
  let redis: TestRedis;
  let port: string;
  let app: AppProcess;
  let vdn: number;
  let key: IssuedKey;

  /** Always on the same port: a signature is one of its host. */
  const start = async (): Promise<void> => {
    const env = { ...serviceEnv(servers.database.url, redis.url), LOG_LEVEL: 'warn', PORT: port };
    app = await startApp('standalone', env);
  };

  beforeAll(async () => {
    redis = await startRedis();
    port = String(await freePort());
    await start();
    vdn = newVdn();
    const client = new ApiClient(app.url);
    await client.putCampaign(vdn, 46, unpaced({ maxIncomplete: 200_000 }));
    key = await issueKey(client, vdn, ['admin']);
  });

  afterAll(() => stopApps([app]));

  /** The request, signed once, to be sent as often as one likes. */
  function signedOnce(request: SignedRequest): () => Promise<number> {
    const headers = authorize(app.url, key, request);
    return async () => (await sendAs(app.url, { ...request, headers })).status;
  }

  const uploadRequest = (count: number) => ({
    method: 'POST',
    path: `/v1/vdns/${vdn}/campaigns/46/uploads`,
    body: ndjson(records(random, count)),
    headers: { 'content-type': 'application/x-ndjson' },
  });

  const uploads = async (): Promise<number> =>
    (await servers.database.query('SELECT 1 FROM uploads WHERE vdn_id = $1', [vdn])).length;

  test.each<[what: string, first: number, request: () => SignedRequest]>([
    ['a call', 200, () => callRequest(vdn, 46, records(random, 1))],
    ['a refused call', 200, () => callRequest(vdn, 99, records(random, 1))],
    ['an upload', 202, () => uploadRequest(3)],
    ['a refused upload', 400, () => ({ ...uploadRequest(0), body: '\n' })],
    ['a PUT', 200, () => putRequest()],
    [
      'a DELETE of nothing',
      404,
      () => ({ method: 'DELETE', path: `/v1/vdns/${vdn}/blocklist/12345` }),
    ],
    [
      'a forbidden call',
      403,
      () => ({ method: 'DELETE', path: `/v1/vdns/${vdn + 1}/blocklist/12345` }),
    ],
  ])('is good for %s once', async (_what, first, request) => {
    const send = signedOnce(request());
    expect([await send(), await send(), await send()]).toEqual([first, 401, 401]);
  });

  const putRequest = () => ({
    method: 'PUT',
    path: `/v1/vdns/${vdn}/campaigns/46`,
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });

  test.each(['GET', 'HEAD'])('is good for %s as often as one likes', async (method) => {
    const send = signedOnce({ method, path: `/v1/vdns/${vdn}/campaigns/46` });
    expect([await send(), await send(), await send()]).toEqual([200, 200, 200]);
  });

  test('is good for one of twenty equal calls at once, and of five equal uploads', async () => {
    const call = signedOnce(callRequest(vdn, 46, records(random, 1)));
    const before = await uploads();
    const called = await Promise.all(Array.from({ length: 20 }, call));
    expect(called.filter((status) => status !== 401)).toEqual([200]);
    const upload = signedOnce(uploadRequest(2_000));
    const uploaded = await Promise.all(Array.from({ length: 5 }, upload));
    expect(uploaded.filter((status) => status !== 401)).toEqual([202]);
    expect(await uploads()).toBe(before + 2);
  });

  test('that is wrong does not use up the right one', async () => {
    const request = callRequest(vdn, 46, records(random, 1));
    const right = authorize(app.url, key, request);
    const authorization = right.authorization ?? '';
    const wrong = authorization.slice(0, -1) + (authorization.endsWith('0') ? '1' : '0');
    const send = async (changes: object) =>
      (await sendAs(app.url, { ...request, headers: { ...right, ...changes } })).status;
    expect([await send({ authorization: wrong }), await send({}), await send({})]).toEqual([
      401, 200, 401,
    ]);
  });

  test('is remembered for twice the window, by its digest', async () => {
    await servers.database.query('DELETE FROM used_signatures');
    await signedOnce(putRequest())();
    const [used] = await servers.database.query<{ bytes: number; seconds: number }>(
      `SELECT length(digest) AS bytes, extract(epoch FROM expires_at - now())::float8 AS seconds
         FROM used_signatures`,
    );
    expect(used?.bytes).toBe(32);
    expect(used?.seconds).toBeGreaterThan(1_700);
    expect(used?.seconds).toBeLessThanOrEqual(1_801);
  });

  test('is not good again after Redis lost everything, and after a restart', async () => {
    const request = callRequest(vdn, 46, records(random, 1));
    const send = signedOnce(request);
    expect(await send()).toBe(200);
    await redis.flushAll();
    expect(await send()).toBe(401);
    await app.process.kill();
    await start();
    expect(await send()).toBe(401);
    expect(await signedOnce(request)()).toBe(200);
  });
});
