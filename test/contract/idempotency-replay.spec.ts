import { describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { Answer, CallVerdict, UploadView } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, serviceEnv, useServers } from '../support/backends.ts';
import { HeldCampaign } from '../support/held-campaign.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import type { CampaignSettings } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { startRedis } from '../support/redis.ts';
import { waitFor } from '../support/time.ts';
import { OpenRequest } from './open-request.ts';
import { contentsOf, newVdn, useService } from './service.ts';
import type { Service } from './service.ts';

const random = seededRandom();

type Kind = 'call' | 'respond-async' | 'upload';

const KINDS = [['call'], ['respond-async'], ['upload']] as const;

/** The same request with another preference. */
const OTHERWISE = { call: 'respond-async', 'respond-async': 'call', upload: 'upload' } as const;

let keys = 0;

const newKey = (): string => {
  keys += 1;
  return `key ${keys}`;
};

/** What a test sends: the same again, unless it changes something. */
interface Sent {
  readonly key: string;
  readonly kind: Kind;
  readonly vdn: number | string;
  readonly campaign?: number | string;
  readonly list: readonly unknown[];
  readonly query?: string;
}

function send(client: ApiClient, { key, kind, vdn, campaign = 1, list, query = '' }: Sent) {
  const headers = { 'idempotency-key': key };
  if (kind === 'upload') {
    return client.send('POST', `/v1/vdns/${vdn}/campaigns/${campaign}/uploads${query}`, {
      body: ndjson(list),
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
    });
  }
  const path = `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/${campaign}${query}`;
  const prefer = kind === 'call' ? {} : { prefer: 'respond-async' };
  return client.send('POST', path, {
    json: { callDataList: list },
    headers: { ...headers, ...prefer, locale: 'en_US' },
  });
}

/** As a header field takes it: a character a byte. */
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

/** All that a repetition has in common with the first answer. */
const essence = ({ status, headers, text }: Answer) => ({
  status,
  text,
  location: headers.get('location'),
  preference: headers.get('preference-applied'),
  type: headers.get('content-type'),
  policy: headers.get('ratelimit-policy'),
  limit: headers.get('ratelimit'),
});

const replayed = ({ headers }: Answer): string | null => headers.get('idempotent-replayed');

const problemOf = (answer: Answer): unknown[] => {
  const { type } = answer.json() as { type?: string };
  return [answer.status, type];
};

const IN_USE = [409, 'urn:dialgate:problem:idempotency-key-in-use'];
const REUSED = [422, 'urn:dialgate:problem:idempotency-key-reused'];

async function campaignOf(service: Service, settings: CampaignSettings = {}): Promise<number> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced(settings));
  await service.client.putCampaign(vdn, 2, unpaced(settings));
  return vdn;
}

const recordsOf = async ({ database }: Service, vdn: number): Promise<number> =>
  (await database.query('SELECT 1 FROM records WHERE vdn_id = $1', [vdn])).length;

/** Until every upload of the VDN has ended. */
async function settled(service: Service, vdn: number): Promise<void> {
  const list = await service.client.get<{ items: UploadView[] }>(`/v1/vdns/${vdn}/uploads`);
  await Promise.all(list.json().items.map(({ id }) => service.client.finished(id)));
}

describe.each(queueBackends)('Idempotency-Key on $name', (backend) => {
  const service = useService(backend);

  describe.each(KINDS)('of a request by %s', (kind) => {
    test('brings the same answer again, byte by byte, and takes effect once', async () => {
      const vdn = await campaignOf(service);
      const request: Sent = { key: newKey(), kind, vdn, list: records(random, 3) };
      const first = await send(service.client, request);
      expect([first.status, replayed(first)]).toEqual([kind === 'call' ? 200 : 202, null]);
      await settled(service, vdn);
      for (let times = 0; times < 2; times += 1) {
        const again = await send(service.client, request);
        expect(essence(again)).toEqual(essence(first));
        expect(replayed(again)).toBe('true');
      }
      expect(await recordsOf(service, vdn)).toBe(3);
    });

    test('twenty at once take effect once; each is told the same, or that the first one runs', async () => {
      const vdn = await campaignOf(service);
      const request: Sent = { key: newKey(), kind, vdn, list: records(random, 3) };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send(service.client, request)),
      );
      const served = answers.filter(({ status }) => status !== 409);
      for (const answer of answers) {
        if (answer.status === 409) expect(problemOf(answer)).toEqual(IN_USE);
      }
      expect(served.filter((answer) => replayed(answer) === null)).toHaveLength(1);
      expect(new Set(served.map((answer) => JSON.stringify(essence(answer)))).size).toBe(1);
      await settled(service, vdn);
      expect(await recordsOf(service, vdn)).toBe(3);
      expect(essence(await send(service.client, request))).toEqual(
        essence(served[0] ?? ({} as Answer)),
      );
      await expectBalancedBooks(service.database);
    });
  });
});

describe('Idempotency-Key', () => {
  // Longer than what happens while a call waits may take.
  const service = useService(undefined, { SYNC_WAIT_MS: '60000' });

  describe.each(KINDS)('of a request by %s', (kind) => {
    test('with another campaign, body or query is 422, and nothing happens', async () => {
      const vdn = await campaignOf(service);
      const list = records(random, 3);
      const request: Sent = { key: newKey(), kind, vdn, list };
      await send(service.client, request);
      await settled(service, vdn);
      const before = await contentsOf(service, vdn);
      for (const change of [
        { campaign: 2 },
        // Not even there: the key is looked at before.
        { campaign: 99 },
        { list: list.slice(1) },
        { list: [...list].reverse() },
        { list: [] },
        { query: '?batchId=1' },
      ]) {
        expect(problemOf(await send(service.client, { ...request, ...change }))).toEqual(REUSED);
      }
      expect(await contentsOf(service, vdn)).toEqual(before);
      // The key is as good as before.
      expect(replayed(await send(service.client, request))).toBe('true');
    });

    test('is of the same request however its IDs are written, and whatever it prefers', async () => {
      const vdn = await campaignOf(service);
      const request: Sent = { key: newKey(), kind, vdn, list: records(random, 1) };
      const first = await send(service.client, request);
      const padded: Sent = { ...request, vdn: `0${vdn}`, campaign: '001' };
      const otherwise: Sent = { ...request, kind: OTHERWISE[kind] };
      for (const again of [padded, otherwise]) {
        const answer = await send(service.client, again);
        expect([essence(answer), replayed(answer)]).toEqual([essence(first), 'true']);
      }
      await settled(service, vdn);
      expect(await recordsOf(service, vdn)).toBe(1);
    });

    test('belongs to a VDN', async () => {
      const [one, two] = [await campaignOf(service), await campaignOf(service)];
      const key = newKey();
      for (const vdn of [one, two]) {
        const answer = await send(service.client, { key, kind, vdn, list: records(random, 1) });
        expect(replayed(answer)).toBeNull();
        await settled(service, vdn);
        expect(await recordsOf(service, vdn)).toBe(1);
      }
    });
  });

  test.each([
    [1_500, '"admission";q=1;w=2', '"admission";r=0;t=2'],
    [0, null, null],
  ])(
    'repeats how calls are paced, %d ms, also in an answer made anew',
    async (ms, policy, limit) => {
      const vdn = await campaignOf(service, { admissionIntervalMs: ms });
      const request: Sent = { key: newKey(), kind: 'call', vdn, list: records(random, 1) };
      const first = await send(service.client, request);
      expect(essence(first)).toMatchObject({ status: 200, policy, limit });
      expect(essence(await send(service.client, request))).toEqual(essence(first));
      // As if its process had died before it could keep the answer.
      await service.database.query('UPDATE idempotency_keys SET answer = NULL WHERE vdn_id = $1', [
        vdn,
      ]);
      const again = await send(service.client, request);
      expect([essence(again), replayed(again)]).toEqual([essence(first), 'true']);
    },
  );

  test('of a refused call is free again, whatever it was refused for', async () => {
    const vdn = await campaignOf(service, { maxIncomplete: 2 });
    const { client } = service;
    await client.putCampaign(vdn, 3, { state: 'completed' });
    await client.putCampaign(vdn, 4, { admissionIntervalMs: 60_000 });
    await client.call(vdn, 4, records(random, 1));
    const key = newKey();
    const [record] = records(random, 1);
    for (const [campaign, list, code] of [
      [1, [], '02000001'],
      [1, [{ called: [{ calledNo: 'x' }] }], '02000002'],
      [99, [record], '0200007'],
      [3, [record], '0200019'],
      [1, [record, record], '0200018'],
      [4, [record], '0200022'],
      [1, records(random, 3), '0200020'],
      [1, [record], '0200000'],
    ] as const) {
      const answer = await send(client, { key, kind: 'call', vdn, campaign, list });
      expect((answer.json() as CallVerdict).resultCode).toBe(code);
      expect(replayed(answer)).toBeNull();
    }
    expect(await recordsOf(service, vdn)).toBe(2);
  });

  test('of a refused upload is free again', async () => {
    const vdn = await campaignOf(service);
    const request: Sent = { key: newKey(), kind: 'upload', vdn, list: records(random, 1) };
    expect((await send(service.client, { ...request, campaign: 99 })).status).toBe(404);
    expect((await send(service.client, { ...request, list: [] })).status).toBe(400);
    expect((await send(service.client, { ...request, query: '?x=1' })).status).toBe(400);
    expect((await send(service.client, request)).status).toBe(202);
  });

  test('is in use while its upload comes in, and free as soon as that breaks off', async () => {
    const vdn = await campaignOf(service, { batchSize: 1 });
    const key = newKey();
    const list = records(random, 4);
    const open = await OpenRequest.post(service.url, `/v1/vdns/${vdn}/campaigns/1/uploads`, {
      'content-type': 'application/x-ndjson',
      'content-length': '100000',
      'idempotency-key': key,
    });
    await open.send(ndjson(list));
    const isThere = async (): Promise<boolean> =>
      (await service.database.query('SELECT 1 FROM uploads WHERE vdn_id = $1', [vdn])).length > 0;
    await waitFor(isThere, { what: 'the upload to be begun' });
    for (const kind of ['call', 'respond-async', 'upload'] as const) {
      expect(problemOf(await send(service.client, { key, kind, vdn, list }))).toEqual(IN_USE);
    }
    open.cutOff();
    await waitFor(async () => !(await isThere()), { what: 'the upload to be removed' });
    const answer = await send(service.client, { key, kind: 'upload', vdn, list });
    expect([answer.status, replayed(answer)]).toEqual([202, null]);
    await settled(service, vdn);
    expect(await recordsOf(service, vdn)).toBe(4);
  });

  test('of a call that is being decided: another request is told so first, an equal one that it is in use', async () => {
    const vdn = await campaignOf(service);
    const request: Sent = { key: newKey(), kind: 'call', vdn, list: records(random, 1) };
    const held = await HeldCampaign.hold(service.database, vdn, 1);
    const first = send(service.client, request);
    const putDown = async (): Promise<boolean> =>
      (await service.database.query('SELECT 1 FROM uploads WHERE vdn_id = $1', [vdn])).length > 0;
    await waitFor(putDown, { what: 'the call to be put down' });
    const others: Partial<Sent>[] = [
      { list: records(random, 1) },
      { campaign: 2 },
      { kind: 'upload' },
    ];
    for (const other of others) {
      expect(problemOf(await send(service.client, { ...request, ...other }))).toEqual(REUSED);
    }
    for (const kind of ['call', 'respond-async'] as const) {
      expect(problemOf(await send(service.client, { ...request, kind }))).toEqual(IN_USE);
    }
    await held.letGo();
    expect(((await first).json() as CallVerdict).resultCode).toBe('0200000');
    expect(replayed(await send(service.client, request))).toBe('true');
  });

  test('of a call that ends without effect while an upload with it comes in: not the upload is said to be another request', async () => {
    const vdn = await campaignOf(service);
    const [key, list] = [newKey(), records(random, 4)];
    const held = await HeldCampaign.hold(service.database, vdn, 1);
    const call = send(service.client, { key, kind: 'call', vdn, list });
    const uploads = () => service.database.query('SELECT 1 FROM uploads WHERE vdn_id = $1', [vdn]);
    await waitFor(async () => (await uploads()).length > 0, { what: 'the call to be put down' });
    const body = ndjson(list);
    const upload = await OpenRequest.post(service.url, `/v1/vdns/${vdn}/campaigns/1/uploads`, {
      'content-type': 'application/x-ndjson',
      'content-length': String(Buffer.byteLength(body)),
      'idempotency-key': key,
      expect: '100-continue',
    });
    // Its key has been looked up.
    await upload.invited();
    await service.database.query('DELETE FROM uploads WHERE vdn_id = $1', [vdn]);
    await upload.send(body);
    const { status, body: told } = await upload.answer();
    expect([status, (JSON.parse(told) as { type: string }).type]).toEqual(IN_USE);
    await held.letGo();
    expect((await call).status).toBe(503);
    expect((await send(service.client, { key, kind: 'upload', vdn, list })).status).toBe(202);
  });

  test('is looked at behind the path and before the list; its own length first', async () => {
    const vdn = await campaignOf(service);
    const list = [{}];
    for (const kind of ['call', 'respond-async', 'upload'] as const) {
      for (const key of ['', 'x'.repeat(256), 'é'.repeat(256), utf8('林'.repeat(256))]) {
        const answer = await send(service.client, { key, kind, vdn, list });
        expect(answer.json()).toMatchObject(
          kind === 'upload'
            ? { status: 400, code: '02000005', place: 'Idempotency-Key' }
            : {
                resultCode: '02000005',
                resultDesc: expect.stringMatching(/^Idempotency-Key: .*1.*255/),
              },
        );
      }
    }
    const wrongPath = {
      key: '',
      kind: 'call',
      vdn,
      list: 1 as unknown as [],
      campaign: 0,
    } as const;
    const answer = await send(service.client, wrongPath);
    expect((answer.json() as CallVerdict).resultCode).toBe('02000007');
    for (const key of ['x', 'é'.repeat(255), utf8('林'.repeat(255)), utf8('😀'.repeat(255))]) {
      const sent = { key, kind: 'call', vdn, list: records(random, 1) } as const;
      expect((await send(service.client, sent)).status).toBe(200);
      expect(replayed(await send(service.client, sent))).toBe('true');
    }
  });
});

describe('a spent Idempotency-Key', () => {
  const servers = useServers({ name: 'postgres' });

  test('is kept over restarts, and over the loss of Redis', async () => {
    const redis = await startRedis();
    const env = { ...serviceEnv(servers.database.url, redis.url), LOG_LEVEL: 'warn' };
    let app: AppProcess = await startApp('standalone', env);
    await new ApiClient(app.url).putCampaign(1, 1, unpaced());
    const requests = KINDS.map(([kind]): Sent => ({
      key: newKey(),
      kind,
      vdn: 1,
      list: records(random, 2),
    }));
    const sendAll = async (): Promise<Answer[]> => {
      const answers = [];
      for (const request of requests) answers.push(await send(new ApiClient(app.url), request));
      return answers;
    };
    const first = await sendAll();
    expect(first.map(({ status }) => status)).toEqual([200, 202, 202]);
    await redis.flushAll();
    expect((await sendAll()).map(essence)).toEqual(first.map(essence));
    await app.process.stop();
    app = await startApp('standalone', env);
    const again = await sendAll();
    expect(again.map(essence)).toEqual(first.map(essence));
    expect(again.map(replayed)).toEqual(['true', 'true', 'true']);
    await app.process.stop();
  });

  test('goes with its upload at the latest, which is kept for longer than 24 h', async () => {
    const [constraint] = await servers.database.query(
      `SELECT confdeltype FROM pg_constraint
        WHERE conrelid = 'idempotency_keys'::regclass AND contype = 'f'`,
    );
    expect(constraint).toEqual({ confdeltype: 'c' });
  });
});
