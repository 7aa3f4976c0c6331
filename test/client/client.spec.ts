import { describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { CallRecord, FormatOptions, SendingProgress, Source } from '#client';
import { DialgateError, hasEnded } from '#client';
import { useService } from '../contract/service.ts';
import { scratchFolder } from '../support/apps.ts';
import { ndjson, record, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { collect, CREDENTIAL_KINDS, failureOf, newTenant, operatorOf } from './tenant.ts';

const random = seededRandom();
const service = useService();

const BROKEN = { sessionId: 'broken', called: [{ calledNo: '010-1234' }] };
/** Two good ones, and one that is not. */
const RECORDS: readonly CallRecord[] = [record(random, 0), BROKEN, record(random, 1)];
const TEXT = ndjson(RECORDS);

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(await scratchFolder(), name);
  await writeFile(file, content);
  return file;
}

const pieces = (): AsyncIterable<Buffer> =>
  Readable.from([TEXT.slice(0, 10), TEXT.slice(10)].map((text) => Buffer.from(text)));

const SOURCES: readonly [string, () => Promise<[Source<CallRecord>, FormatOptions]>][] = [
  ['a list', () => Promise.resolve([{ items: RECORDS }, {}])],
  ['an iterable of records', () => Promise.resolve([{ items: Readable.from(RECORDS) }, {}])],
  ['a text', () => Promise.resolve([{ bytes: TEXT }, { format: 'ndjson' }])],
  ['a stream of bytes', () => Promise.resolve([{ bytes: pieces() }, { format: 'ndjson' }])],
  [
    'a stream that is compressed on the way',
    () => Promise.resolve([{ bytes: pieces() }, { format: 'ndjson', gzip: 'compress' }]),
  ],
  ['a file', async () => [{ file: await fileOf('a.ndjson', TEXT) }, {}]],
  ['a compressed file', async () => [{ file: await fileOf('a.jsonl.gz', gzipSync(TEXT)) }, {}]],
  [
    'a file that is compressed on the way',
    async () => [{ file: await fileOf('a', TEXT) }, { format: 'ndjson', gzip: 'compress' }],
  ],
  [
    'a body of the compatible call',
    async () => [{ file: await fileOf('a.json', JSON.stringify({ callDataList: RECORDS })) }, {}],
  ],
];

describe.each(CREDENTIAL_KINDS)('with a %s', (kind) => {
  test.each(SOURCES)('uploads %s', async (_, make) => {
    const { client, ...place } = await newTenant(service, kind);
    const [source, format] = await make();
    const sent: SendingProgress[] = [];
    const accepted = await client.uploads.send(place, source, {
      ...format,
      batchId: 'b 1+2',
      onProgress: (progress) => sent.push(progress),
    });
    expect(accepted).toMatchObject({ batchId: 'b 1+2', counts: { received: 3 } });
    expect(sent.at(-1)?.attempt).toBe(1);
    expect(sent.at(-1)?.sentBytes).toBeGreaterThan(0);

    const seen = await collect(client.uploads.follow(accepted.id, { pollMs: 50 }));
    expect(seen.map(hasEnded)).toEqual([...seen.slice(1).map(() => false), true]);
    expect(seen.at(-1)).toMatchObject({
      state: 'completed_with_errors',
      counts: { accepted: 2, invalid: 1, pending: 0 },
    });
    const receipts = await collect(client.uploads.receipts(accepted.id));
    expect(receipts.map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, 'accepted'],
      [2, 'invalid'],
      [3, 'accepted'],
    ]);
    const rejected = await collect(client.uploads.receipts(accepted.id, { outcome: 'rejected' }));
    expect(rejected.map(({ sessionId, code }) => [sessionId, code])).toEqual([
      ['broken', '02000002'],
    ]);
  });

  test('campaigns: put, get, list', async () => {
    const { client, vdnId, campaignId } = await newTenant(service, kind);
    const place = { vdnId, campaignId: campaignId + 1 };
    const { campaign, created } = await client.campaigns.put(place, {
      name: '秋 50%',
      batchSize: 7,
    });
    expect({ created, ...campaign }).toMatchObject({ created: true, name: '秋 50%', batchSize: 7 });
    expect(await client.campaigns.put(place, { state: 'paused' })).toMatchObject({
      created: false,
      campaign: { state: 'paused', batchSize: 7 },
    });
    expect(await client.campaigns.get(place)).toMatchObject({ state: 'paused' });
    const listed = await collect(client.campaigns.list(vdnId, { pageSize: 1 }));
    expect(listed.map((one) => one.campaignId)).toEqual([46, 47]);
  });

  test('the blocklist: add, list, remove', async () => {
    const { client, vdnId } = await newTenant(service, kind);
    const expiresAt = '2099-01-31T00:00:00.000Z';
    const numbers = [{ number: '*12#' }, { number: '110', expiresAt }, { number: 'none' }];
    expect(await client.blocklist.add(vdnId, numbers)).toEqual({
      added: 2,
      updated: 0,
      invalid: 1,
    });
    expect(await collect(client.blocklist.list(vdnId, { prefix: '*' }))).toMatchObject([
      { number: '*12#', expiresAt: null },
    ]);
    await client.blocklist.remove(vdnId, '*12#');
    expect(await collect(client.blocklist.list(vdnId))).toMatchObject([
      { number: '110', expiresAt },
    ]);
    expect(await failureOf(client.blocklist.remove(vdnId, '*12#'))).toMatchObject({ status: 404 });
  });

  test('keys: create, list, revoke', async () => {
    const { client, vdnId } = await newTenant(service, kind);
    const issued = await client.keys.create(vdnId, { name: 'CRM', roles: ['uploader'] });
    expect(issued).toMatchObject({ name: 'CRM', roles: ['uploader'], revokedAt: null });
    await client.keys.revoke(vdnId, issued.accessKey);
    const listed = await collect(client.keys.list(vdnId));
    expect(
      listed.find(({ accessKey }) => accessKey === issued.accessKey)?.revokedAt,
    ).not.toBeNull();
  });

  test('a synchronous call, its verdict, and its repetition', async () => {
    const { client, ...place } = await newTenant(service, kind, {
      campaign: { admissionIntervalMs: 60_000 },
    });
    const list = records(random, 2);
    const first = await client.calls.add(place, list, { idempotencyKey: 'one' });
    expect(first).toMatchObject({ admitted: true, totalSize: 2, replayed: false });
    const again = await client.calls.add(place, list, { idempotencyKey: 'one' });
    expect(again).toEqual({ ...first, replayed: true });
    const refused = await client.calls.add(place, list);
    expect(refused).toMatchObject({ admitted: false, code: '0200022' });
    expect(refused.admitted ? null : refused.retryAfterSeconds).toBeGreaterThan(0);
    const bad = await client.calls.add(place, [BROKEN]);
    expect(bad).toMatchObject({ admitted: false, code: '02000002', retryAfterSeconds: null });
  });

  test('refusals say what is wrong', async () => {
    const { client, vdnId } = await newTenant(service, kind);
    const unknown = { vdnId, campaignId: 99 };
    const failure = await failureOf(client.uploads.send(unknown, { items: RECORDS }));
    expect(failure).toBeInstanceOf(DialgateError);
    expect(failure).toMatchObject({ kind: 'refused', status: 404, code: '0200007' });
    expect(
      await failureOf(client.campaigns.get({ vdnId: vdnId + 1000, campaignId: 1 })),
    ).toMatchObject({
      status: 403,
      code: null,
    });
  });
});

test('wrong credentials are refused, and not shown', async () => {
  const { clientWith, ...place } = await newTenant(service, 'token');
  const credentials = [
    { token: 'no-such-token-of-any-key-0123456789' },
    { accessKey: 'nobody', secretKey: 'no-such-secret' },
  ];
  for (const wrong of credentials) {
    const failure = await failureOf(clientWith({ credentials: wrong }).campaigns.get(place));
    expect(failure).toMatchObject({ status: 401, isNetwork: false });
    expect(JSON.stringify(failure) + String(failure)).not.toMatch(/no-such/);
  }
});

test('equal requests of one moment have different signatures', async () => {
  const { client, ...place } = await newTenant(service, 'signature');
  const puts = Array.from({ length: 20 }, () => client.campaigns.put(place, { name: 'same' }));
  expect(await Promise.all(puts)).toHaveLength(20);
});

test('an upload is followed through its changes', async () => {
  const { client, ...place } = await newTenant(service, 'token', {
    campaign: unpaced({ maxIncomplete: 10 }),
  });
  const { id } = await client.uploads.send(place, { items: records(random, 40) });
  const decided: number[] = [];
  for await (const { counts } of client.uploads.follow(id, { pollMs: 20 })) {
    decided.push(counts.received - counts.pending);
    // There is room for more when what there is has been seen.
    await client.campaigns.put(place, { maxIncomplete: counts.accepted + 10 });
  }
  expect([...new Set(decided)].filter((count) => count > 0)).toEqual([10, 20, 30, 40]);
  expect(decided).toEqual(decided.toSorted((a, b) => a - b));
  const listed = await collect(operatorOf(service).uploads.list(place.vdnId, { campaignId: 46 }));
  expect(listed.map((upload) => upload.id)).toEqual([id]);
});
