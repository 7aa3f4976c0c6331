import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { UploadView } from '../support/api-client.ts';
import { EventReader } from '../support/event-reader.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { OpenRequest } from './open-request.ts';
import type { RawAnswer } from './open-request.ts';
import { contentsOf, newVdn, useService } from './service.ts';
import type { IssuedKey } from './signed.ts';
import { authorize, callRequest, issueKey, sendSigned } from './signed.ts';

const random = seededRandom();

const service = useService();

/** A VDN with a campaign whose batches are written record by record, and a key of it. */
async function sender() {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced({ batchSize: 1 }));
  const path = `/v1/vdns/${vdn}/campaigns/1/uploads`;
  return { vdn, path, key: await issueKey(service.client, vdn, ['admin']) };
}

type Sender = Awaited<ReturnType<typeof sender>>;

interface Body {
  readonly text: string;
  /** What is signed, if it is another text. */
  readonly signed?: string;
}

const NDJSON = { 'content-type': 'application/x-ndjson' };
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * The lines in the first half of a request whose body is signed as a whole, of a body without lines its first character: never
 * all of it, so that the service waits for the rest. Its key has been looked up by then: the service has said that it is about
 * to read the body.
 */
async function open(
  key: IssuedKey,
  path: string,
  { text, signed = text }: Body,
  headers: Record<string, string> = {},
): Promise<{ finish: () => Promise<RawAnswer> }> {
  const all = { ...NDJSON, ...headers };
  const request = { method: 'POST', path, body: signed, headers: all };
  const middle = text.lastIndexOf('\n', text.length / 2) + 1 || 1;
  const opened = await OpenRequest.post(service.url, path, {
    ...authorize(service.url, key, request),
    ...headers,
    expect: '100-continue',
    'content-length': String(Buffer.byteLength(text)),
  });
  await opened.invited();
  await opened.send(text.slice(0, middle));
  return {
    finish: async () => {
      await opened.send(text.slice(middle));
      return opened.answer();
    },
  };
}

const uploadsOf = (vdn: number) =>
  service.database.query('SELECT 1 FROM uploads WHERE vdn_id = $1', [vdn]);

/** Until an upload of the VDN is being received. */
const begun = (vdn: number) =>
  waitFor(async () => (await uploadsOf(vdn)).length > 0, { what: 'the upload to be begun' });

const typeOf = ({ body }: RawAnswer): unknown => (JSON.parse(body) as { type?: string }).type;

describe('an upload that is signed, and not yet read to its end', () => {
  const IN_HAND = { 'idempotency-key': 'order 1' };

  const sendWithToken = ({ key, path }: Sender, body: string) =>
    new ApiClient(service.url, key.token).send<UploadView>('POST', path, {
      headers: { ...NDJSON, ...IN_HAND },
      body,
    });

  test('with a wrong signature holds no Idempotency-Key, and uses no signature up', async () => {
    const set = await sender();
    const text = ndjson(records(random, 4));
    await service.database.query('DELETE FROM used_signatures');
    const wrong = await open(set.key, set.path, { text, signed: '' }, IN_HAND);
    await begun(set.vdn);
    expect((await sendWithToken(set, text)).status).toBe(202);
    expect((await wrong.finish()).status).toBe(401);
    expect(await service.database.query('SELECT 1 FROM used_signatures')).toEqual([]);
    expect(await uploadsOf(set.vdn)).toHaveLength(1);
  });

  test('gets the answer of an equal one that was faster, and takes no effect itself', async () => {
    const set = await sender();
    const text = ndjson(records(random, 4));
    const slow = await open(set.key, set.path, { text }, IN_HAND);
    await begun(set.vdn);
    const headers = { ...NDJSON, ...IN_HAND };
    const request = { method: 'POST', path: set.path, body: text, headers };
    const fast = await sendSigned<UploadView>(service.url, set.key, request);
    expect(fast.status).toBe(202);
    const answer = await slow.finish();
    expect([answer.status, answer.body]).toEqual([202, fast.text]);
    expect(answer.head).toMatch(/^idempotent-replayed: true/im);
    expect(await uploadsOf(set.vdn)).toHaveLength(1);
    expect((await sendSigned(service.url, set.key, request)).text).toBe(fast.text);
  });

  test('is refused where another request with its key was faster', async () => {
    const set = await sender();
    const slow = await open(set.key, set.path, { text: ndjson(records(random, 4)) }, IN_HAND);
    await begun(set.vdn);
    expect((await sendWithToken(set, ndjson(records(random, 1)))).status).toBe(202);
    const answer = await slow.finish();
    expect([answer.status, typeOf(answer)]).toEqual([
      422,
      'urn:dialgate:problem:idempotency-key-reused',
    ]);
    expect(await uploadsOf(set.vdn)).toHaveLength(1);
  });

  test('and another one that is still running is told so at its end', async () => {
    const set = await sender();
    const text = ndjson(records(random, 4));
    const signed = await open(set.key, set.path, { text }, IN_HAND);
    await begun(set.vdn);
    const other = await OpenRequest.post(service.url, set.path, {
      ...NDJSON,
      ...IN_HAND,
      'content-length': '100000',
    });
    await other.send(text);
    await waitFor(async () => (await uploadsOf(set.vdn)).length === 2, { what: 'the other one' });
    const answer = await signed.finish();
    expect([answer.status, typeOf(answer)]).toEqual([
      409,
      'urn:dialgate:problem:idempotency-key-in-use',
    ]);
    other.cutOff();
  });
});

type End = (key: IssuedKey) => Promise<unknown>;

const revoke: End = ({ vdnId, accessKey }) =>
  service.client.send('DELETE', `/v1/vdns/${vdnId}/keys/${accessKey}`);

const expire: End = ({ accessKey }) =>
  service.database.query('UPDATE api_keys SET expires_at = now() WHERE access_key = $1', [
    accessKey,
  ]);

/** Of the headers, those that take the place of the signature. */
const bySignature = () => ({});

const byToken = ({ token }: IssuedKey) => ({ authorization: `Bearer ${token}` });

describe('a key that ends while its request is served', () => {
  test.each([
    ['is revoked', 'a signature', revoke, bySignature],
    ['expires', 'a signature', expire, bySignature],
    ['is revoked', 'a token', revoke, byToken],
  ])(
    'because it %s, with %s, gets 401 for its upload, and nothing is kept',
    async (_, _by, end, by) => {
      const { vdn, path, key } = await sender();
      const before = await contentsOf(service, vdn);
      const upload = await open(key, path, { text: ndjson(records(random, 4)) }, by(key));
      await begun(vdn);
      await end(key);
      const answer = await upload.finish();
      expect([answer.status, typeOf(answer)]).toEqual([401, 'urn:dialgate:problem:unauthorized']);
      expect(await contentsOf(service, vdn)).toEqual(before);
    },
  );

  test.each([
    ['a signature', bySignature],
    ['a token', byToken],
  ])('by %s adds nothing by a call, makes no key and reports no result', async (_by, by) => {
    const { vdn, key } = await sender();
    const before = await contentsOf(service, vdn);
    const requests: [path: string, body: unknown][] = [
      [callRequest(vdn, 1, []).path, { callDataList: records(random, 1) }],
      [`/v1/vdns/${vdn}/keys`, { name: 'another', roles: ['admin'] }],
      [`/v1/vdns/${vdn}/calldata/results`, []],
    ];
    const opened = await Promise.all(
      requests.map(([path, body]) =>
        open(key, path, { text: JSON.stringify(body) }, { ...JSON_TYPE, ...by(key) }),
      ),
    );
    await revoke(key);
    const answers = await Promise.all(opened.map((request) => request.finish()));
    for (const answer of answers) {
      expect([answer.status, typeOf(answer)]).toEqual([401, 'urn:dialgate:problem:unauthorized']);
    }
    expect(await contentsOf(service, vdn)).toEqual(before);
    const keys = await service.database.query('SELECT name FROM api_keys WHERE vdn_id = $1', [vdn]);
    expect(keys).toEqual([{ name: 'of a test' }]);
  });

  test('does not by the time that its body takes', async () => {
    const { vdn, key } = await sender();
    const text = JSON.stringify({ callDataList: records(random, 1) });
    const { path } = callRequest(vdn, 1, []);
    const call = await open(key, path, { text }, { ...JSON_TYPE, ...byToken(key) });
    const answer = await call.finish();
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      200,
      { resultCode: '0200000' },
    ]);
  });

  test('has its receipts broken off, in the same look that ends its events', async () => {
    const { vdn, key } = await sender();
    await service.client.putCampaign(vdn, 1, { maxIncomplete: 0 });
    const list = records(random, 300).map((record) => ({ ...record, notes: 'x'.repeat(60_000) }));
    const { id } = await service.client.upload(vdn, 1, list);
    await service.client.inState(id, 'waiting_capacity');
    // More than sockets hold, so that most of it waits for its reader.
    const asked = request(`${service.url}/v1/uploads/${id}/receipts?format=source`, {
      agent: false,
      headers: byToken(key),
    });
    asked.end();
    const [receipts] = (await once(asked, 'response')) as [IncomingMessage];
    const events = await EventReader.open(service.url, id, { token: key.token });
    expect(await events.next()).toBeDefined();
    await revoke(key);
    expect(await events.rest()).toEqual([]);
    await expect(receipts.toArray()).rejects.toThrow('aborted');
    expect([receipts.statusCode, receipts.complete]).toEqual([200, false]);
  });

  test.each([2, 20_002])('has none of its %i numbers blocked', async (count) => {
    const { vdn, key } = await sender();
    const path = `/v1/vdns/${vdn}/blocklist`;
    const numbers = Array.from({ length: count }, (_, index) => ({ number: String(index) }));
    const blocklist = await open(key, path, { text: ndjson(numbers) });
    await revoke(key);
    expect((await blocklist.finish()).status).toBe(401);
    const kept = await service.database.query(
      `SELECT number FROM blocklist WHERE vdn_id = $1
        UNION ALL SELECT id::text FROM blocklist_imports WHERE vdn_id = $1`,
      [vdn],
    );
    expect(kept).toEqual([]);
  });
});
