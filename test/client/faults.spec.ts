import { describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { CallRecord, DialgateClient, FormatOptions, Source } from '#client';
import { DialgateError, SourceError } from '#client';
import { useService } from '../contract/service.ts';
import { scratchFolder } from '../support/apps.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import type { Fate } from '../support/http-proxy.ts';
import { HttpProxy } from '../support/http-proxy.ts';
import { freePort } from '../support/ports.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import type { CredentialKind, Tenant } from './tenant.ts';
import { bytesOf, collect, CREDENTIAL_KINDS, failureOf, newTenant } from './tenant.ts';

const random = seededRandom();
const service = useService();

const LIST = records(random, 30);
const TEXT = ndjson(LIST);

interface Behind extends Tenant {
  readonly proxy: HttpProxy;
}

/** A client that has a proxy between itself and the service. */
async function behindProxy(kind: CredentialKind, ...fates: Fate[]): Promise<Behind> {
  const tenant = await newTenant(service, kind);
  const proxy = await HttpProxy.before(service.url);
  proxy.next(...fates);
  return { ...tenant, proxy, client: tenant.clientWith({ baseUrl: proxy.url }) };
}

const uploadsOf = async ({ vdnId, clientWith }: Tenant): Promise<string[]> =>
  (await collect(clientWith({}).uploads.list(vdnId))).map(({ id }) => id);

const stream = (): Source<CallRecord> => ({ bytes: Readable.from([Buffer.from(TEXT)]) });
const NDJSON: FormatOptions = { format: 'ndjson' };

describe.each(CREDENTIAL_KINDS)('with a %s', (kind) => {
  test.each<[string, () => Promise<Source<CallRecord>>, FormatOptions]>([
    ['a list', () => Promise.resolve({ items: LIST }), {}],
    ['a function', () => Promise.resolve({ bytes: () => [TEXT] }), NDJSON],
    [
      'a file',
      async () => {
        const file = join(await scratchFolder(), 'a.ndjson');
        await writeFile(file, TEXT);
        return { file };
      },
      { gzip: 'compress' },
    ],
  ])(
    'an upload from %s whose answer is lost is sent again, and accepted once',
    async (_, make, options) => {
      const tenant = await behindProxy(kind, 'lose', {
        status: 503,
        headers: { 'retry-after': '0' },
      });
      const { client, proxy } = tenant;
      const accepted = await client.uploads.send(tenant, await make(), options);
      expect(accepted.counts.received).toBe(LIST.length);
      expect(await uploadsOf(tenant)).toEqual([accepted.id]);
      expect(proxy.seen).toHaveLength(3);
      const keys = proxy.seen.map(({ headers }) => headers['idempotency-key']);
      expect(new Set(keys).size).toBe(1);
      const signatures = proxy.seen.map(({ headers }) => headers.authorization);
      expect(new Set(signatures).size).toBe(kind === 'signature' ? 3 : 1);
    },
  );

  test('a synchronous call whose answer is lost takes effect once', async () => {
    const tenant = await behindProxy(kind, 'lose');
    const verdict = await tenant.client.calls.add(tenant, LIST.slice(0, 2));
    expect(verdict).toMatchObject({ admitted: true, totalSize: 2, replayed: true });
    expect(await uploadsOf(tenant)).toHaveLength(1);
  });

  test('what is only read is read again', async () => {
    const { client, proxy, ...place } = await behindProxy(
      kind,
      'lose',
      { status: 429 },
      { cutAfter: 5 },
    );
    expect(await client.campaigns.get(place)).toMatchObject({ campaignId: 46 });
    expect(proxy.seen).toHaveLength(4);
  });

  test('a key that nobody has seen is not made twice', async () => {
    const { client, vdnId, proxy, clientWith } = await behindProxy(kind, 'lose');
    const failure = await failureOf(client.keys.create(vdnId, { name: 'lost', roles: ['dialer'] }));
    expect(failure).toMatchObject({ kind: 'network', status: null, isNetwork: true });
    expect(proxy.seen).toHaveLength(1);
    const names = (await collect(clientWith({}).keys.list(vdnId))).map(({ name }) => name);
    expect(names.filter((name) => name === 'lost')).toHaveLength(1);
  });

  test('what is gone was removed, although the answer was lost', async () => {
    const { client, vdnId, proxy } = await behindProxy(kind);
    await client.blocklist.add(vdnId, [{ number: '110' }]);
    proxy.next('lose');
    await client.blocklist.remove(vdnId, '110');
    expect(proxy.seen.map(({ method }) => method)).toEqual(['POST', 'DELETE', 'DELETE']);
    expect(await failureOf(client.blocklist.remove(vdnId, '110'))).toMatchObject({ status: 404 });
  });

  test('after the last attempt the failure is told', async () => {
    const fates = Array.from({ length: 4 }, () => ({ status: 502 }));
    const { client, proxy, ...place } = await behindProxy(kind, ...fates);
    expect(await failureOf(client.campaigns.get(place))).toMatchObject({ status: 502 });
    expect(proxy.seen).toHaveLength(4);
  });
});

describe('a stream that can be read once', () => {
  test('is not sent again with a token, and the error says what to do', async () => {
    const tenant = await behindProxy('token', 'lose');
    const { client, proxy } = tenant;
    const failure = await failureOf(client.uploads.send(tenant, stream(), NDJSON));
    expect(failure).toBeInstanceOf(DialgateError);
    const { message, kind, idempotencyKey } = failure as DialgateError;
    expect(kind).toBe('network');
    expect(message).toMatch(
      /can be read only once, so it was not sent again: send the whole again/,
    );
    expect(message).toContain(idempotencyKey);
    expect(proxy.seen).toHaveLength(1);

    const again = await client.uploads.send(tenant, stream(), {
      ...NDJSON,
      idempotencyKey: idempotencyKey ?? '',
    });
    expect(await uploadsOf(tenant)).toEqual([again.id]);
  });

  test('is written down for a signature, and so is sent again', async () => {
    const tenant = await behindProxy('signature', 'lose');
    const accepted = await tenant.client.uploads.send(tenant, stream(), NDJSON);
    expect(accepted.counts.received).toBe(LIST.length);
    expect(await uploadsOf(tenant)).toEqual([accepted.id]);
  });

  test('that fails is not the service’s failure, and leaves nothing', async () => {
    const tenant = await behindProxy('token');
    const cause = new Error('the disk is gone');
    async function* failing(): AsyncGenerator<string> {
      yield await Promise.resolve(TEXT);
      throw cause;
    }
    const sending = tenant.client.uploads.send(tenant, { bytes: failing() }, NDJSON);
    const failure = await failureOf(sending);
    expect(failure).toBeInstanceOf(SourceError);
    expect((failure as SourceError).cause).toBe(cause);
    expect(tenant.proxy.seen.length).toBeLessThanOrEqual(1);
    expect(await uploadsOf(tenant)).toEqual([]);
  });

  test('is ended by its signal, with the signal’s reason', async () => {
    const tenant = await behindProxy('token');
    const controller = new AbortController();
    const reason = new Error('enough');
    async function* endless(): AsyncGenerator<string> {
      for (let place = 0; ; place++) {
        yield await Promise.resolve(ndjson(records(random, 1)));
        if (place === 20) controller.abort(reason);
      }
    }
    const { signal } = controller;
    const sending = tenant.client.uploads.send(tenant, { bytes: endless() }, { ...NDJSON, signal });
    expect(await failureOf(sending)).toBe(reason);
    expect(await uploadsOf(tenant)).toEqual([]);
  });
});

describe('receipts', () => {
  async function worked(client: DialgateClient, tenant: Tenant): Promise<string> {
    const { id } = await client.uploads.send(tenant, { items: records(random, 5000) });
    await collect(client.uploads.follow(id, { pollMs: 20 }));
    return id;
  }

  test('go on behind the last one when the connection breaks', async () => {
    const tenant = await behindProxy('token');
    const { client, proxy } = tenant;
    const id = await worked(client, tenant);
    const before = proxy.seen.length;
    proxy.next({ cutAfter: 20_000 }, { cutAfter: 30_000 }, { status: 503 }, { cutAfter: 0 });
    const lines = (await collect(client.uploads.receipts(id))).map(({ line }) => line);
    expect(lines).toEqual(Array.from({ length: 5000 }, (_, place) => place + 1));
    expect(proxy.seen).toHaveLength(before + 5);
  });

  test('as bytes end with an error: a part is not all', async () => {
    const tenant = await behindProxy('token');
    const id = await worked(tenant.client, tenant);
    const whole = await bytesOf(tenant.client.uploads.rawReceipts(id, { format: 'csv' }));
    expect(whole.toString().split('\n').length).toBeGreaterThan(5000);
    tenant.proxy.next({ cutAfter: 5000 });
    const broken = bytesOf(tenant.client.uploads.rawReceipts(id, { format: 'csv' }));
    expect(await failureOf(broken)).toMatchObject({ kind: 'network' });
  });

  test('are given back as they were sent', async () => {
    const tenant = await newTenant(service, 'token');
    const broken = 'not a record\n';
    const { id } = await tenant.client.uploads.send(tenant, { bytes: TEXT + broken }, NDJSON);
    await collect(tenant.client.uploads.follow(id, { pollMs: 20 }));
    const raw = tenant.client.uploads.rawReceipts(id, { format: 'source', outcome: 'rejected' });
    expect((await bytesOf(raw)).toString()).toBe(broken);
  });

  test('that nobody takes any more are not sent', async () => {
    const tenant = await newTenant(service, 'token');
    const id = await worked(tenant.client, tenant);
    for await (const { line } of tenant.client.uploads.receipts(id)) {
      if (line === 3) break;
    }
    expect(await tenant.client.uploads.get(id)).toMatchObject({ id });
  });
});

test('a service that is not there is a network failure, however often it is tried', async () => {
  const { clientWith, ...place } = await newTenant(service, 'token');
  const client = clientWith({ baseUrl: `http://127.0.0.1:${await freePort()}` });
  const failure = await failureOf(client.uploads.send(place, stream(), NDJSON));
  expect(failure).toMatchObject({
    kind: 'network',
    title: expect.stringContaining('ECONNREFUSED') as unknown,
  });
  // Nothing of the stream was read: it would have been repeated without end otherwise.
  expect((failure as DialgateError).message).not.toContain('read only once');
});

test('a service that says nothing is not waited for without end', async () => {
  const { proxy, clientWith, ...place } = await behindProxy('token', 'silence');
  const client = clientWith({ baseUrl: proxy.url, answerTimeoutMs: 100, retry: { attempts: 1 } });
  expect(await failureOf(client.campaigns.get(place))).toMatchObject({
    kind: 'network',
    title: expect.stringContaining('silent') as unknown,
  });
});

test('a page that is not of the service is not taken for its answer', async () => {
  const { clientWith, ...place } = await newTenant(service, 'token');
  const client = clientWith({
    fetch: () => Promise.resolve(new Response('<html>Welcome</html>', { status: 200 })),
  });
  expect(await failureOf(client.campaigns.get(place))).toMatchObject({ kind: 'unexpected' });
});

test('an upload that is refused while it is sent is told why', async () => {
  const tenant = await newTenant(service, 'token', { campaign: unpaced() });
  const long = `{"callData":"${'x'.repeat(100_000)}"}\n`;
  async function* body(): AsyncGenerator<string> {
    yield await Promise.resolve(long);
    for (let more = 0; more < 200; more++) yield TEXT;
  }
  const failure = await failureOf(tenant.client.uploads.send(tenant, { bytes: body }, NDJSON));
  expect(failure).toMatchObject({ kind: 'refused', status: 413 });
  await waitFor(async () => (await uploadsOf(tenant)).length === 0, { what: 'nothing being kept' });
});
