import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { startRedis } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';
import { waitFor } from '../support/time.ts';
import { useService } from './service.ts';

describe('while the servers are away', () => {
  let proxy: PostgresProxy;
  let redis: TestRedis;
  let api: AppProcess;

  beforeAll(async () => {
    const database = await createTestDatabase();
    proxy = await PostgresProxy.start(database.url);
    redis = await startRedis();
    api = await startApp('api', serviceEnv(proxy.url, redis.url));
  });

  afterAll(() => api.process.stop());

  const CALL = '/rest/isales/v2/openapi/campaigns/1/calldata/1';

  /** Without credentials. */
  const get = async (path: string): Promise<[status: number, body: unknown]> => {
    const answer = await new ApiClient(api.url, null).get(path);
    return [answer.status, answer.json()];
  };

  /** The answer of `/readyz` that names just these servers: one that is there may be slow to answer on a busy machine. */
  const readiness = (...missing: readonly string[]) =>
    waitFor(
      async () => {
        const answer = await get('/readyz');
        const named = (answer[1] as { missing?: readonly string[] }).missing ?? [];
        return named.join() === missing.join() && answer;
      },
      { what: `just these to be missing: ${missing.join()}` },
    );

  test('it lives, is ready when they are there, and says which are not', async () => {
    expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);
    expect(await readiness()).toEqual([200, { status: 'ready' }]);

    proxy.down();
    const [status, body] = await readiness('database');
    expect([status, body]).toMatchObject([
      503,
      { type: 'urn:dialgate:problem:unavailable', status: 503, missing: ['database'] },
    ]);
    expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);

    await redis.kill();
    expect(await readiness('database', 'queue')).toMatchObject([503, { status: 503 }]);
    expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);

    proxy.heal();
    expect(await readiness('queue')).toMatchObject([503, { status: 503 }]);
    await startRedis({ port: redis.port });
    await readiness();
  });

  test('calls are answered with 0200006 and 503 on either face, and when to come again', async () => {
    const client = new ApiClient(api.url);
    const key = { name: 'a', roles: ['uploader'] };
    const { token } = (
      await client.send<{ token: string }>('POST', '/v1/vdns/1/keys', { json: key })
    ).json();
    proxy.down();
    const list = [{ called: [{ calledNo: '1' }] }];
    const call = await client.call(1, 1, list, {
      headers: { locale: 'en_US' },
      json: { callDataList: list },
    });
    expect([call.status, call.json()]).toMatchObject([
      503,
      {
        resultCode: '0200006',
        returnCode: '0200006',
        resultDesc: 'the database is not available; nothing of this call was kept, try again later',
      },
    ]);
    expect(call.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const problem = await client.send('POST', CALL, {
      json: { callDataList: list },
      headers: { accept: 'application/problem+json' },
    });
    expect([problem.status, problem.json()]).toMatchObject([503, { code: '0200006', status: 503 }]);
    for (const path of ['/v1/vdns/1/campaigns', '/v1/vdns/1/uploads', '/v1/vdns/1/blocklist']) {
      const native = await client.get(path);
      expect([native.status, native.json()]).toMatchObject([503, { code: '0200006' }]);
      expect(native.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    for (const sender of [client, new ApiClient(api.url, token)]) {
      const upload = await sender.send('POST', '/v1/vdns/1/campaigns/1/uploads', {
        body: '{}',
        headers: { 'content-type': 'application/x-ndjson' },
      });
      const body = upload.json();
      expect([upload.status, body]).toMatchObject([503, { code: '0200006', nothingKept: true }]);
    }
    proxy.heal();
    await readiness();
  });
});

describe('what is not there', () => {
  const service = useService();

  test.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v2/vdns/1/campaigns'],
    ['GET', '/v1/vdns/1/campaigns/1/'],
    ['GET', '/v1/vdns/1/Campaigns'],
    ['POST', '/rest/isales/v2/openapi/campaigns/1/calldata'],
    ['GET', '/v1/uploads/x/y/z'],
    ['GET', '/.env'],
  ])('%s %s is a problem of the client', async (method, path) => {
    const answer = await service.client.send(method, path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status: answer.status, type: expect.any(String) });
  });

  test.each([
    ['DELETE', '/v1/vdns/1/campaigns/1'],
    ['POST', '/v1/vdns/1/campaigns'],
    ['PUT', '/v1/vdns/1/campaigns/1/uploads'],
    ['GET', '/rest/isales/v2/openapi/campaigns/1/calldata/1'],
    ['PATCH', '/v1/vdns/1/blocklist'],
    ['POST', '/healthz'],
  ])('%s %s is not done: 405', async (method, path) => {
    const answer = await service.client.send(method, path, method === 'GET' ? {} : { json: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status: 405 });
  });
});
