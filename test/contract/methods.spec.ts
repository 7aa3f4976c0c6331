import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Role } from '#auth';
import { ApiClient } from '../support/api-client.ts';
import type { Answer } from '../support/api-client.ts';
import type { OpenApiDocument } from './described-api.ts';
import { newVdn, useService } from './service.ts';

const service = useService();

/** The common ones, and one that Fastify does not know by itself. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'PROPFIND'];

const PROBLEM = {
  type: 'urn:dialgate:problem:method-not-allowed',
  title: 'Method not allowed',
  status: 405,
};

const own = newVdn();
const other = newVdn();
let uploader: ApiClient;

async function issue(roles: readonly Role[]): Promise<ApiClient> {
  const answer = await service.client.send<{ token: string }>('POST', `/v1/vdns/${own}/keys`, {
    json: { name: 'methods', roles },
  });
  return new ApiClient(service.url, answer.json().token);
}

beforeAll(async () => {
  uploader = await issue(['uploader']);
});

/** Each path, with what it answers to, from the document. */
async function paths(vdn: number): Promise<[path: string, methods: string[], open: boolean][]> {
  const { paths } = (await service.client.get<OpenApiDocument>('/openapi.json')).json();
  return Object.entries(paths).map(([path, item]) => {
    const named = Object.keys(item).map((method) => method.toUpperCase());
    const methods = named.includes('GET') ? [...named, 'HEAD'] : named;
    const open = Object.values(item).every(({ security }) => security.length === 0);
    return [path.replace('{vdnId}', String(vdn)).replaceAll(/\{\w+\}/g, '1'), methods.sort(), open];
  });
}

const ask = (client: ApiClient, method: string, path: string): Promise<Answer> =>
  client.send(method, path, ['PATCH', 'POST', 'PUT'].includes(method) ? { json: {} } : {});

test('every path answers other methods with 405 and names its own, to whoever may be there', async () => {
  const stranger = new ApiClient(service.url, null);
  const all = await paths(own);
  expect(all.length).toBeGreaterThan(15);
  for (const [path, own, open] of all) {
    for (const method of METHODS.filter((name) => !own.includes(name))) {
      const what = `${method} ${path}`;
      const answer = await ask(open ? stranger : uploader, method, path);
      expect([what, answer.status, answer.headers.get('allow')]).toEqual([
        what,
        405,
        own.join(', '),
      ]);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      if (method === 'HEAD') expect(answer.text).toBe('');
      else if (!path.startsWith('/rest/')) expect(answer.json()).toMatchObject(PROBLEM);
    }
  }
});

test('without credentials it is 401, whatever the method', async () => {
  for (const [path, methods, open] of await paths(own)) {
    if (open) continue;
    for (const method of METHODS.filter((name) => !methods.includes(name))) {
      const answer = await ask(new ApiClient(service.url, null), method, path);
      const what = `${method} ${path}`;
      expect([what, answer.status, answer.headers.get('allow')]).toEqual([what, 401, null]);
    }
  }
});

test("another VDN's path is 403, the same whether or not anything is there", async () => {
  await service.client.putCampaign(other, 1);
  const answers = await Promise.all(
    [1, 2].map((campaign) => ask(uploader, 'POST', `/v1/vdns/${other}/campaigns/${campaign}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  expect(answers[0]?.text).toBe(answers[1]?.text);
  expect(answers[0]?.headers.get('allow')).toBeNull();
  expect((await ask(uploader, 'POST', '/v1/vdns/0/campaigns')).status).toBe(405);
});

test('the problem speaks the language asked for', async () => {
  const path = `/rest/isales/v2/openapi/campaigns/${own}/calldata/1`;
  expect((await service.client.get(path)).json()).toMatchObject({ title: '方法不被允许' });
  const english = await service.client.get(path, { headers: { locale: 'en_US' } });
  expect(english.json()).toMatchObject(PROBLEM);
});

describe('HEAD', () => {
  test('is answered where GET is: its status and header fields, and no body', async () => {
    const list = [{ called: [{ calledNo: '12345678' }] }];
    await service.client.putCampaign(own, 1, { admissionIntervalMs: 60_000 });
    const { id } = await service.client.upload(own, 1, [...list, ...list]);
    for (const path of [
      '/healthz',
      '/readyz',
      '/openapi.json',
      '/docs',
      `/v1/vdns/${own}/campaigns`,
      `/v1/vdns/${own}/campaigns/1`,
      `/v1/vdns/${own}/campaigns/9`,
      `/v1/uploads/${id}`,
      // Streams that would go on while the upload does.
      `/v1/uploads/${id}/events`,
      `/v1/uploads/${id}/receipts`,
    ]) {
      const signal = AbortSignal.timeout(30_000);
      const head = await service.client.send('HEAD', path, { signal });
      const type = head.headers.get('content-type');
      if (path.endsWith('/events')) {
        expect([head.status, type]).toEqual([200, 'text/event-stream; charset=utf-8']);
      } else {
        const get = await service.client.get(path);
        expect([path, head.status, type]).toEqual([
          path,
          get.status,
          get.headers.get('content-type'),
        ]);
      }
      expect(head.text).toBe('');
    }
  });
});
