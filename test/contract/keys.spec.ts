import { describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { appScript, scratchFolder } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { startNode } from '../support/process.ts';
import { waitFor } from '../support/time.ts';
import { newVdn, useService } from './service.ts';
import type { IssuedKey } from './signed.ts';
import { issueKey, sendSigned } from './signed.ts';

const service = useService();

interface KeyView {
  readonly accessKey: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const pathOf = (vdn: number): string => `/v1/vdns/${vdn}/keys`;

const listOf = async (vdn: number, query = '') =>
  (
    await service.client.get<{ items: KeyView[]; nextCursor: string | null }>(
      `${pathOf(vdn)}${query}`,
    )
  ).json();

const statusWith = async ({ token, vdnId }: IssuedKey): Promise<number> =>
  (await new ApiClient(service.url, token).get(`/v1/vdns/${vdnId}/campaigns`)).status;

const signedStatus = async (key: IssuedKey): Promise<number> =>
  (await sendSigned(service.url, key, { path: `/v1/vdns/${key.vdnId}/campaigns` })).status;

test('a key is shown with its secrets once, when it is made, to no cache; then without', async () => {
  const vdn = newVdn();
  const made = await service.client.send<IssuedKey>('POST', pathOf(vdn), {
    json: { name: 'Schlüssel 钥匙', roles: ['dialer', 'uploader', 'dialer'] },
  });
  const view = {
    accessKey: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{20}$/),
    vdnId: vdn,
    name: 'Schlüssel 钥匙',
    roles: ['dialer', 'uploader'],
    createdAt: TIME,
    expiresAt: null,
    revokedAt: null,
  };
  expect(made.status).toBe(201);
  expect(made.headers.get('cache-control')).toBe('no-store');
  expect(made.json()).toEqual({
    ...view,
    secretKey: expect.stringMatching(/^[\w-]{43}$/),
    token: expect.stringMatching(/^dgt_[\w-]{43}$/),
  });
  expect(await listOf(vdn)).toEqual({ items: [view], nextCursor: null });
});

test('no secret is in the database in clear, nor in the log', async () => {
  const vdn = newVdn();
  const keys = [await issueKey(service.client, vdn), await issueKey(service.client, vdn)];
  for (const key of keys) {
    expect([await statusWith(key), await signedStatus(key)]).toEqual([200, 200]);
  }
  const tables = await service.database.query<{ name: string }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name
       FROM pg_tables WHERE schemaname IN ('public', 'bullmq')`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) =>
      service.database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`),
    ),
  );
  const database = rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
  for (const { accessKey, secretKey, token } of keys) {
    expect(database).toContain(accessKey);
    for (const secret of [secretKey, token, token.slice(4)]) {
      for (const form of [secret, Buffer.from(secret).toString('hex')]) {
        expect(database.includes(form)).toBe(false);
        expect(service.output().includes(form)).toBe(false);
      }
      const raw = Buffer.from(secret, 'base64url').toString('hex');
      expect(database.includes(raw)).toBe(false);
    }
  }
  const sealed = await service.database.query<{ sealed: string }>(
    `SELECT encode(sealed_secret, 'hex') AS sealed FROM api_keys WHERE vdn_id = $1`,
    [vdn],
  );
  expect(new Set(sealed.map((row) => row.sealed.slice(2, 26))).size).toBe(2);
});

test('a key ends at its expiry, and at its revocation at once, for tokens and signatures', async () => {
  const vdn = newVdn();
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const key = await issueKey(service.client, vdn, ['uploader'], { expiresAt });
  expect([await statusWith(key), await signedStatus(key)]).toEqual([200, 200]);
  await service.database.query('UPDATE api_keys SET expires_at = now() WHERE access_key = $1', [
    key.accessKey,
  ]);
  expect([await statusWith(key), await signedStatus(key)]).toEqual([401, 401]);

  const revoked = await issueKey(service.client, vdn);
  expect([await statusWith(revoked), await signedStatus(revoked)]).toEqual([200, 200]);
  const path = `${pathOf(vdn)}/${revoked.accessKey}`;
  expect((await service.client.send('DELETE', path)).status).toBe(204);
  expect([await statusWith(revoked), await signedStatus(revoked)]).toEqual([401, 401]);
  const { items } = await listOf(vdn);
  const view = items.find(({ accessKey }) => accessKey === revoked.accessKey);
  expect(view?.revokedAt).toEqual(TIME);
  // Again is as good as once, and does not move the time.
  expect((await service.client.send('DELETE', path)).status).toBe(204);
  expect((await listOf(vdn)).items).toEqual(items);
});

test('a request that was let in before the revocation goes on, the next one is refused', async () => {
  const vdn = newVdn();
  const admin = await issueKey(service.client, vdn, ['admin']);
  const client = new ApiClient(service.url, admin.token);
  const path = `${pathOf(vdn)}/${admin.accessKey}`;
  expect((await client.send('DELETE', path)).status).toBe(204);
  expect((await client.send('DELETE', path)).status).toBe(401);
});

test.each<[what: string, members: unknown, code: string, place: string]>([
  ['no object', [], '02000006', 'body'],
  ['no name', { roles: ['admin'] }, '02000001', 'name'],
  ['a name that is no text', { name: 1, roles: ['admin'] }, '02000006', 'name'],
  ['a name of 201', { name: 'x'.repeat(201), roles: ['admin'] }, '02000003', 'name'],
  ['a blank name', { name: ' ', roles: ['admin'] }, '02000001', 'name'],
  ['a name with NUL', { name: 'a\0', roles: ['admin'] }, '02000002', 'name'],
  ['no roles', { name: 'x' }, '02000001', 'roles'],
  ['roles that are no list', { name: 'x', roles: 'admin' }, '02000006', 'roles'],
  ['an empty list', { name: 'x', roles: [] }, '02000001', 'roles'],
  ['an unknown role', { name: 'x', roles: ['admin', 'root'] }, '02000007', 'roles'],
  ['a role that is no text', { name: 'x', roles: [['admin']] }, '02000007', 'roles'],
  ['an unknown member', { name: 'x', roles: ['admin'], vdnId: 2 }, '0200001', 'vdnId'],
  [
    'no real time',
    { name: 'x', roles: ['admin'], expiresAt: '2030-02-30T00:00:00Z' },
    '0200001',
    'expiresAt',
  ],
  [
    'a time that is over',
    { name: 'x', roles: ['admin'], expiresAt: '2020-01-01T01:00:00+01:00' },
    '02000007',
    'expiresAt',
  ],
  ['no time', { name: 'x', roles: ['admin'], expiresAt: 'soon' }, '0200001', 'expiresAt'],
  ['a time as a number', { name: 'x', roles: ['admin'], expiresAt: 1 }, '0200001', 'expiresAt'],
])('%s is 400, and no key is made', async (_what, json, code, place) => {
  const vdn = newVdn();
  const answer = await service.client.send('POST', pathOf(vdn), { json });
  expect([answer.status, answer.json()]).toMatchObject([400, { code, place }]);
  expect((await listOf(vdn)).items).toEqual([]);
});

test('the list comes in pages, each key once', async () => {
  const vdn = newVdn();
  const made = await Promise.all(Array.from({ length: 5 }, () => issueKey(service.client, vdn)));
  const listed: string[] = [];
  for (let query = '?limit=2'; query !== '';) {
    const { items, nextCursor } = await listOf(vdn, query);
    expect(items.length).toBeLessThanOrEqual(2);
    listed.push(...items.map(({ accessKey }) => accessKey));
    query = nextCursor === null ? '' : `?limit=2&cursor=${nextCursor}`;
  }
  expect(listed).toEqual(made.map(({ accessKey }) => accessKey).sort());
});

test.each(['x', '%00', '..%2f', 'ü', '0'.repeat(150), '00000000000000000000'])(
  'there is no key %s to revoke: 404',
  async (accessKey) => {
    const path = `${pathOf(newVdn())}/${encodeURI(accessKey).replace('%25', '%')}`;
    expect((await service.client.send('DELETE', path)).status).toBe(404);
  },
);

test('a stored secret that does not open is 500, logged with the reason; its token goes on working', async () => {
  const [key, other] = [
    await issueKey(service.client, newVdn()),
    await issueKey(service.client, newVdn()),
  ];
  await service.database.query(
    `UPDATE api_keys SET sealed_secret = (SELECT sealed_secret FROM api_keys WHERE access_key = $2)
      WHERE access_key = $1`,
    [key.accessKey, other.accessKey],
  );
  const path = `/v1/vdns/${key.vdnId}/campaigns`;
  const signed = await sendSigned(service.url, key, { path });
  expect([signed.status, signed.json()]).toMatchObject([
    500,
    { type: 'urn:dialgate:problem:internal' },
  ]);
  await waitFor(
    () => service.output().includes('does not open: DIALGATE_MASTER_KEY is not the one'),
    {
      what: 'the reason in the log',
    },
  );
  expect(service.output()).not.toContain(key.secretKey);
  expect((await new ApiClient(service.url, key.token).get(path)).status).toBe(200);
  // An access key that does not exist has nothing to open.
  const unknown = { ...key, accessKey: '0'.repeat(20) };
  expect((await sendSigned(service.url, unknown, { path })).status).toBe(401);
});

describe('npm run create-key', () => {
  const run = async (args: readonly string[], changes: Record<string, string> = {}) => {
    const { DATABASE_URL = '', DIALGATE_MASTER_KEY = '' } = serviceEnv(service.database.url);
    return startNode(appScript('create-key'), args, {
      name: 'create-key',
      cwd: await scratchFolder(),
      env: { DATABASE_URL, DIALGATE_MASTER_KEY, ...changes },
    });
  };

  const ARGUMENTS = (vdn: number): string[] => ['--vdn', String(vdn), '--name', 'first'];

  test('prints a key as JSON, and that key works', async () => {
    const vdn = newVdn();
    const made = await run([...ARGUMENTS(vdn), '--role', 'admin', '--role', 'dialer']);
    await made.expectExit(0);
    const key = JSON.parse(made.output()) as IssuedKey;
    expect(key).toEqual({
      accessKey: expect.any(String),
      secretKey: expect.any(String),
      token: expect.stringMatching(/^dgt_/),
      vdnId: vdn,
      name: 'first',
      roles: ['admin', 'dialer'],
      expiresAt: null,
    });
    expect([await statusWith(key), await signedStatus(key)]).toEqual([200, 200]);
    const next = await issueKey(new ApiClient(service.url, key.token), vdn);
    expect(await statusWith(next)).toBe(200);
  });

  test('says how it is used to whoever asks, with exit code 0', async () => {
    const asked = await run([...ARGUMENTS(1), '--help'], { DATABASE_URL: '' });
    await asked.expectExit(0);
    expect(asked.output()).toMatch(/^Usage: npm run create-key/);
  });

  test('takes the name that the API takes', async () => {
    const vdn = newVdn();
    const name = '😀'.repeat(200);
    await issueKey(service.client, vdn, ['admin'], { name });
    const made = await run(['--vdn', String(vdn), '--name', name, '--role', 'admin']);
    await made.expectExit(0);
    const names = ((await listOf(vdn)).items as (KeyView & { name: string })[]).map(
      (key) => key.name,
    );
    expect(names).toEqual([name, name]);
  });

  test('takes an expiry', async () => {
    const vdn = newVdn();
    const expires = '2099-01-31T00:00:00Z';
    const made = await run([...ARGUMENTS(vdn), '--role', 'uploader', '--expires', expires]);
    await made.expectExit(0);
    expect((await listOf(vdn)).items[0]?.expiresAt).toBe('2099-01-31T00:00:00.000Z');
  });

  test.each<[what: string, args: (vdn: number) => string[], said: RegExp]>([
    ['nothing', () => [], /--vdn must be .*Usage: npm run create-key/s],
    ['a VDN of 10000', () => [...ARGUMENTS(10_000), '--role', 'admin'], /--vdn must be/],
    ['no role', (vdn) => ARGUMENTS(vdn), /--role must be/],
    ['an unknown role', (vdn) => [...ARGUMENTS(vdn), '--role', 'root'], /--role must be/],
    ['no name', (vdn) => ['--vdn', String(vdn), '--role', 'admin'], /--name must be/],
    [
      'an expiry that is over',
      (vdn) => [...ARGUMENTS(vdn), '--role', 'admin', '--expires', '2020-01-01T00:00:00Z'],
      /--expires must be/,
    ],
    [
      'an expiry that is no time',
      (vdn) => [...ARGUMENTS(vdn), '--role', 'admin', '--expires', 'soon'],
      /--expires must be/,
    ],
    [
      'an expiry that is no real date',
      (vdn) => [...ARGUMENTS(vdn), '--role', 'admin', '--expires', '2099-02-30T00:00:00Z'],
      /--expires must be/,
    ],
    [
      'a name that is blank',
      (vdn) => ['--vdn', String(vdn), '--name', ' ', '--role', 'admin'],
      /--name must be/,
    ],
    [
      'a name of 201',
      (vdn) => ['--vdn', String(vdn), '--name', '😀'.repeat(201), '--role', 'admin'],
      /--name must be/,
    ],
    [
      'two VDNs',
      (vdn) => [...ARGUMENTS(vdn), '--vdn', '1', '--role', 'admin'],
      /--vdn may be given once/,
    ],
    ['an unknown option', (vdn) => [...ARGUMENTS(vdn), '--rolle', 'admin'], /--rolle/],
  ])('says how it is used to %s, with exit code 2, and makes no key', async (_w, args, said) => {
    const vdn = newVdn();
    const made = await run(args(vdn));
    await made.expectExit(2);
    expect(made.output()).toMatch(said);
    expect((await listOf(vdn)).items).toEqual([]);
  });

  test('names a setting that is missing, and a server that is away', async () => {
    const vdn = newVdn();
    const args = [...ARGUMENTS(vdn), '--role', 'admin'];
    const blind = await run(args, { DIALGATE_MASTER_KEY: '' });
    await blind.expectExit(2);
    expect(blind.output()).toContain('DIALGATE_MASTER_KEY');
    const lost = await run(args, { DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:1/x' });
    await lost.expectExit(75);
    expect(lost.output()).toContain('DATABASE_URL');
    expect(lost.output()).not.toContain('secret');
  });
});
