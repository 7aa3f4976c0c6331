import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { contentsOf, newVdn, useService } from './service.ts';
import { issueKey } from './signed.ts';

const random = seededRandom();

const service = useService();

type Role = 'uploader' | 'dialer' | 'admin';

const ROLES: readonly Role[] = ['uploader', 'dialer', 'admin'];

interface Route {
  readonly method: string;
  /** `{vdn}` and `{upload}` stand for IDs. */
  readonly path: string;
  readonly allowed: readonly Role[];
  readonly type?: string;
  readonly body?: string;
}

const JSON_TYPE = 'application/json';
const UPLOADERS: readonly Role[] = ['uploader', 'admin'];
const DIALERS: readonly Role[] = ['dialer', 'admin'];
const ADMINS: readonly Role[] = ['admin'];

const CALL = JSON.stringify({ callDataList: [{ called: [{ calledNo: '1' }] }] });
const NUMBERS = '{"numbers":[{"number":"110"}]}';

/** Every route that asks for credentials, and who may use it. */
const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/rest/isales/v2/openapi/campaigns/{vdn}/calldata/1',
    allowed: UPLOADERS,
    type: JSON_TYPE,
    body: CALL,
  },
  {
    method: 'PUT',
    path: '/v1/vdns/{vdn}/campaigns/1',
    allowed: ADMINS,
    type: JSON_TYPE,
    body: '{}',
  },
  { method: 'GET', path: '/v1/vdns/{vdn}/campaigns/1', allowed: UPLOADERS },
  { method: 'GET', path: '/v1/vdns/{vdn}/campaigns', allowed: UPLOADERS },
  { method: 'GET', path: '/v1/vdns/{vdn}/campaigns/1/stats', allowed: UPLOADERS },
  {
    method: 'POST',
    path: '/v1/vdns/{vdn}/campaigns/1/leases',
    allowed: DIALERS,
    type: JSON_TYPE,
    body: '{}',
  },
  {
    method: 'POST',
    path: '/v1/vdns/{vdn}/calldata/results',
    allowed: DIALERS,
    type: JSON_TYPE,
    body: '[]',
  },
  { method: 'GET', path: '/v1/vdns/{vdn}/calldata/1', allowed: DIALERS },
  { method: 'DELETE', path: '/v1/vdns/{vdn}/calldata/1', allowed: ADMINS },
  {
    method: 'POST',
    path: '/v1/vdns/{vdn}/campaigns/1/uploads',
    allowed: UPLOADERS,
    type: 'application/x-ndjson',
    body: ndjson(records(random, 1)),
  },
  { method: 'GET', path: '/v1/vdns/{vdn}/uploads', allowed: UPLOADERS },
  { method: 'GET', path: '/v1/uploads/{upload}', allowed: UPLOADERS },
  { method: 'GET', path: '/v1/uploads/{upload}/events', allowed: UPLOADERS },
  { method: 'GET', path: '/v1/uploads/{upload}/receipts', allowed: UPLOADERS },
  { method: 'POST', path: '/v1/uploads/{upload}/cancel', allowed: UPLOADERS },
  { method: 'POST', path: '/v1/uploads/{upload}/pause', allowed: UPLOADERS },
  { method: 'POST', path: '/v1/uploads/{upload}/resume', allowed: UPLOADERS },
  {
    method: 'POST',
    path: '/v1/vdns/{vdn}/blocklist',
    allowed: ADMINS,
    type: JSON_TYPE,
    body: NUMBERS,
  },
  { method: 'GET', path: '/v1/vdns/{vdn}/blocklist', allowed: ADMINS },
  { method: 'DELETE', path: '/v1/vdns/{vdn}/blocklist/110', allowed: ADMINS },
  {
    method: 'POST',
    path: '/v1/vdns/{vdn}/keys',
    allowed: ADMINS,
    type: JSON_TYPE,
    body: '{"name":"x","roles":["admin"]}',
  },
  { method: 'GET', path: '/v1/vdns/{vdn}/keys', allowed: ADMINS },
  { method: 'DELETE', path: '/v1/vdns/{vdn}/keys/00000000000000000000', allowed: ADMINS },
];

const named = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);

const VDN_ROUTES = named.filter(([, { path }]) => path.includes('{vdn}'));

/** A VDN with a campaign, an upload and a blocked number. */
interface Vdn {
  readonly vdn: number;
  readonly upload: string;
  readonly clients: Readonly<Record<Role, ApiClient>>;
}

async function newlyFilled(): Promise<Vdn> {
  const vdn = newVdn();
  const { client } = service;
  await client.putCampaign(vdn, 1, unpaced());
  const { id } = await client.upload(vdn, 1, records(random, 1));
  await client.finished(id);
  await client.send('POST', `/v1/vdns/${vdn}/blocklist`, { json: JSON.parse(NUMBERS) as object });
  const clients = await Promise.all(
    ROLES.map(async (role) => {
      const { token } = await issueKey(client, vdn, [role]);
      return [role, new ApiClient(service.url, token)] as const;
    }),
  );
  return { vdn, upload: id, clients: Object.fromEntries(clients) as Vdn['clients'] };
}

/** Sends it to `of`'s paths and IDs. */
async function use(client: ApiClient, route: Route, of: Pick<Vdn, 'vdn' | 'upload'>) {
  const path = route.path.replace('{vdn}', String(of.vdn)).replace('{upload}', of.upload);
  return client.send(route.method, path, {
    ...(route.body === undefined ? {} : { body: route.body }),
    headers: route.type === undefined ? {} : { 'content-type': route.type },
  });
}

let own: Vdn;
let other: Vdn;

beforeAll(async () => {
  [own, other] = [await newlyFilled(), await newlyFilled()];
});

const FORBIDDEN = {
  type: 'urn:dialgate:problem:forbidden',
  title: 'Forbidden',
  status: 403,
  detail: 'these credentials do not allow this',
};

test('the table has every route of the service that is not open to everybody', async () => {
  const found: string[] = [];
  for (const file of await readdir(join(CHECKOUT, 'apps/api/src'), { recursive: true })) {
    if (!file.endsWith('.controller.ts')) continue;
    const text = await readFile(join(CHECKOUT, 'apps/api/src', file), 'utf8');
    if (text.includes('@Public()')) continue;
    const base = /@Controller\('(.*?)'\)/.exec(text)?.[1] ?? '';
    for (const [, method = '', path = ''] of text.matchAll(
      /^ {2}@(Get|Post|Put|Delete|Patch)\((?:'(.*?)')?\)/gm,
    )) {
      found.push(`${method.toUpperCase()} /${[base, path].filter(Boolean).join('/')}`);
    }
  }
  const shape = (path: string): string => path.replaceAll(/:\w+|\{\w+\}/g, '*');
  const table = ROUTES.map(({ method, path }) =>
    `${method} ${path}`.replace(/(?<=calldata\/|campaigns\/)1\b|110|0{20}/, '*'),
  );
  expect(found.map(shape).sort()).toEqual(table.map(shape).sort());
});

/** The statuses of those who may: the upload has ended, so that commands to it are 409. */
const LET_IN = [200, 201, 202, 204, 404, 409];

describe.each(named)('%s', (_name, route) => {
  test('is allowed to its roles and to the operator, and 403 to the others', async () => {
    for (const role of ROLES) {
      const answer = await use(own.clients[role], route, own);
      if (route.allowed.includes(role)) {
        expect(LET_IN).toContain(answer.status);
        expect([role, answer.text]).not.toEqual([role, JSON.stringify(FORBIDDEN)]);
      } else {
        expect([role, answer.json()]).toEqual([role, { ...FORBIDDEN, ...inLanguageOf(route) }]);
      }
    }
    const { status } = await use(service.client, route, own);
    expect(LET_IN).toContain(status);
  });
});

/** The compatible face speaks Chinese unless it is asked for English. */
const inLanguageOf = ({ path }: Route): object =>
  path.startsWith('/rest/') ? { title: '禁止访问', detail: '当前凭证无权执行此操作' } : {};

describe.each(VDN_ROUTES)('%s of another VDN', (_name, route) => {
  test('is 403, the same whether or not anything is there, and leaves nothing', async () => {
    const before = await contentsOf(service, other.vdn);
    const empty = { vdn: 9_999, upload: other.upload };
    for (const role of ROLES) {
      const there = await use(own.clients[role], route, other);
      const notThere = await use(own.clients[role], route, empty);
      expect([there.status, there.text]).toEqual([403, notThere.text]);
      expect(Array.from(there.headers.keys())).toEqual(Array.from(notThere.headers.keys()));
    }
    expect(await contentsOf(service, other.vdn)).toEqual(before);
  });
});

test('the IDs of another VDN are 404, the same as of none', async () => {
  const none = '01900000-0000-7000-8000-000000000000';
  for (const suffix of ['', '/events', '/receipts']) {
    const client = own.clients.admin;
    const there = await client.get(`/v1/uploads/${other.upload}${suffix}`);
    const notThere = await client.get(`/v1/uploads/${none}${suffix}`);
    expect([there.status, there.text]).toEqual([404, notThere.text]);
    expect((await client.get(`/v1/uploads/${own.upload}${suffix}`)).status).toBe(200);
    expect((await service.client.get(`/v1/uploads/${other.upload}${suffix}`)).status).toBe(200);
  }
  for (const command of ['cancel', 'pause', 'resume']) {
    const client = own.clients.admin;
    const there = await client.send('POST', `/v1/uploads/${other.upload}/${command}`);
    const notThere = await client.send('POST', `/v1/uploads/${none}/${command}`);
    expect([there.status, there.text]).toEqual([404, notThere.text]);
  }
});

test("the access key of another VDN's key is 404 on one's own path, and goes on working", async () => {
  const key = await issueKey(service.client, other.vdn);
  const path = `/v1/vdns/${own.vdn}/keys/${key.accessKey}`;
  expect((await own.clients.admin.send('DELETE', path)).status).toBe(404);
  const client = new ApiClient(service.url, key.token);
  expect((await client.get(`/v1/vdns/${other.vdn}/campaigns`)).status).toBe(200);
});

test.each(['01', '1.0', '+1', '1e0', '%31', '１', '0x1', ' 1', '1 ', '-1', '0', '10000', 'x'])(
  'a VDN written as %s is never another way into one',
  async (text) => {
    const written = text.replaceAll('1', String(other.vdn));
    const { status } = await own.clients.admin.get(`/v1/vdns/${written}/campaigns`);
    expect([400, 403, 404]).toContain(status);
  },
);

test('lists show only what is of the VDN, and cursors of another VDN are refused', async () => {
  const { client } = service;
  await client.upload(other.vdn, 1, records(random, 1));
  const page = await client.get<{ nextCursor: string }>(`/v1/vdns/${other.vdn}/uploads?limit=1`);
  const { nextCursor } = page.json();
  const path = `/v1/vdns/${own.vdn}/uploads?limit=1&cursor=${nextCursor}`;
  expect((await own.clients.uploader.get(path)).status).toBe(400);
  const list = await own.clients.admin.get<{ items: { vdnId: number }[] }>(
    `/v1/vdns/${own.vdn}/uploads`,
  );
  expect(new Set(list.json().items.map(({ vdnId }) => vdnId))).toEqual(new Set([own.vdn]));
});

test('what needs no credentials: the probes', async () => {
  const nobody = new ApiClient(service.url, null);
  expect((await nobody.get('/healthz')).status).toBe(200);
  // 503 where a server is slow to answer.
  expect([200, 503]).toContain((await nobody.get('/readyz')).status);
});
