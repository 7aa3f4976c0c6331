import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { contentsOf, newVdn, useService } from '../contract/service.ts';
import { issueKey, sendSigned } from '../contract/signed.ts';
import type { Answer, CallVerdict } from '../support/api-client.ts';
import { records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';

const MIB = 1024 * 1024;
const service = useService();
const random = seededRandom();

const pathOf = (vdn: number): string => `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/1`;

async function newCampaign(): Promise<number> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  return vdn;
}

const headersOf = (coding: string): Record<string, string> => ({
  'content-type': 'application/json',
  'content-encoding': coding,
  prefer: 'respond-async',
  locale: 'en_US',
});

function call(vdn: number, body: Uint8Array, coding = 'gzip'): Promise<Answer<CallVerdict>> {
  return service.client.send('POST', pathOf(vdn), { headers: headersOf(coding), body });
}

const bodyOf = (count: number): Buffer =>
  gzipSync(JSON.stringify({ callDataList: records(random, count) }));

/** A right body of so many bytes. */
const spaced = (bytes: number): string => {
  const text = JSON.stringify({ callDataList: records(random, 1) });
  return text + ' '.repeat(bytes - text.length);
};

async function expectTaken(answer: Answer, count: number): Promise<void> {
  expect(answer.status).toBe(202);
  const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
  expect((await service.client.finished(id)).counts).toMatchObject({ accepted: count });
}

async function expectRefused(vdn: number, answer: Answer, status: number, members: object) {
  expect([answer.status, answer.json()]).toMatchObject([status, members]);
  expect(await contentsOf(service, vdn)).toMatchObject({ uploads: 0, records: 0 });
}

describe('a call in gzip that is taken as an upload', () => {
  test.each(['gzip', 'x-gzip', 'identity, GZIP'])('named %s is taken', async (coding) => {
    await expectTaken(await call(await newCampaign(), bodyOf(30), coding), 30);
  });

  test('is signed over the bytes as they are sent', async () => {
    const vdn = await newCampaign();
    const key = await issueKey(service.client, vdn);
    const body = bodyOf(3);
    const request = { method: 'POST', path: pathOf(vdn), headers: headersOf('gzip'), body };
    await expectTaken(await sendSigned(service.url, key, request), 3);
  });

  test('may be repeated by its Idempotency-Key', async () => {
    const vdn = await newCampaign();
    const body = bodyOf(3);
    const headers = { ...headersOf('gzip'), 'idempotency-key': 'k' };
    const send = () => service.client.send('POST', pathOf(vdn), { headers, body });
    const first = await send();
    await expectTaken(first, 3);
    const again = await send();
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no gzip', Buffer.from('{"callDataList":[]}')],
    ['cut short', bodyOf(30).subarray(0, -1)],
    ['with zeros behind it', Buffer.concat([bodyOf(30), Buffer.alloc(8)])],
  ])('%s is 02000008, in the envelope', async (_, body) => {
    const vdn = await newCampaign();
    await expectRefused(vdn, await call(vdn, body), 200, {
      resultCode: '02000008',
      resultDesc: 'body: not valid gzip',
    });
  });

  test.each([
    ['no JSON', '{', '02000008'],
    ['no object', '[]', '02000006'],
    ['no list', '{}', '02000001'],
  ])('%s within is told as without gzip', async (_, text, resultCode) => {
    const vdn = await newCampaign();
    await expectRefused(vdn, await call(vdn, gzipSync(text)), 200, { resultCode });
  });

  test('may be 16 MiB, and not a byte more, when it is inflated', async () => {
    await expectTaken(await call(await newCampaign(), gzipSync(spaced(16 * MIB))), 1);
    const vdn = await newCampaign();
    await expectRefused(vdn, await call(vdn, gzipSync(spaced(16 * MIB + 1))), 413, {
      type: 'urn:dialgate:problem:too-large',
    });
  });

  test('may be 16 MiB, and not more, as it is sent', async () => {
    const vdn = await newCampaign();
    const member = gzipSync('');
    const body = Buffer.concat([bodyOf(1), Buffer.alloc(16 * MIB, member)]);
    await expectRefused(vdn, await call(vdn, body), 413, {
      type: 'urn:dialgate:problem:too-large',
    });
  });

  test.each(['br', 'gzip, gzip'])('%s is 415, and says what is understood', async (coding) => {
    const vdn = await newCampaign();
    const answer = await call(vdn, bodyOf(1), coding);
    await expectRefused(vdn, answer, 415, {
      type: 'urn:dialgate:problem:unsupported-media-type',
    });
    expect(answer.headers.get('accept-encoding')).toBe('gzip, identity');
  });
});
