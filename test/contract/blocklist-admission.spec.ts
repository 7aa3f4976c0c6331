import { describe, expect, test } from '@jest/globals';
import { queueBackends } from '../support/backends.ts';
import { records, unpaced } from '../support/factories.ts';
import { admissionWaits, HeldCampaign } from '../support/held-campaign.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { newVdn, useService } from './service.ts';

const random = seededRandom();

describe.each(queueBackends)('the blocklist and an upload on $name', (backend) => {
  const service = useService(backend);

  const block = async (
    vdn: number,
    number: string | undefined,
    expiresAt?: string,
  ): Promise<void> => {
    const json = { numbers: [{ number, expiresAt }] };
    const answer = await service.client.send('POST', `/v1/vdns/${vdn}/blocklist`, { json });
    expect(answer.status).toBe(200);
  };

  test('a number that is blocked while the upload is worked off counts from the next batch on', async () => {
    const vdn = newVdn();
    const { client } = service;
    // There is room for the first batch, and for the others when it is made.
    await client.putCampaign(vdn, 1, unpaced({ maxIncomplete: 2, batchSize: 2 }));
    const list = records(random, 6);
    const { id } = await client.upload(vdn, 1, list);
    await waitFor(async () => (await client.getUpload(id)).state === 'waiting_capacity', {
      what: 'the first batch',
    });
    for (const place of [0, 3, 4]) await block(vdn, list[place]?.called[0]?.calledNo);
    await client.send(
      'DELETE',
      `/v1/vdns/${vdn}/blocklist/${String(list[4]?.called[0]?.calledNo)}`,
    );
    await client.putCampaign(vdn, 1, { maxIncomplete: 10 });
    expect((await client.finished(id)).counts).toMatchObject({ accepted: 5, blocklisted: 1 });
    expect((await client.receipts(id)).map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'blocklisted',
      'accepted',
      'accepted',
    ]);
  });

  test('one whose time is over does not count, in an upload and in a call', async () => {
    const vdn = newVdn();
    const { client } = service;
    await client.putCampaign(vdn, 1, unpaced());
    const list = records(random, 3);
    const [over, coming, ever] = list.map(({ called }) => called[0]?.calledNo);
    await block(vdn, over, '2020-01-01T00:00:00Z');
    await block(vdn, coming, '9999-12-31T23:59:59Z');
    await block(vdn, ever);
    const { id } = await client.upload(vdn, 1, list);
    await client.finished(id);
    expect((await client.receipts(id)).map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'blocklisted',
      'blocklisted',
    ]);
    const codes = [];
    for (const one of list) codes.push((await client.call(vdn, 1, [one])).json().resultCode);
    expect(codes).toEqual(['0200000', '0200024', '0200024']);
  });

  test("another VDN's blocklist does not count", async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const list = records(random, 2);
    await block(newVdn(), list[0]?.called[0]?.calledNo);
    const { id } = await service.client.upload(vdn, 1, list);
    expect((await service.client.finished(id)).counts).toMatchObject({
      accepted: 2,
      blocklisted: 0,
    });
  });

  test('a number that is blocked while the admission waits for its campaign counts', async () => {
    const vdn = newVdn();
    const { client, database } = service;
    await client.putCampaign(vdn, 1, unpaced());
    const list = records(random, 3);
    const [first, second] = list.map(({ called }) => called[0]?.calledNo);

    let held = await HeldCampaign.hold(database, vdn, 1);
    const { id } = await client.upload(vdn, 1, list);
    await admissionWaits(database);
    await block(vdn, first);
    await held.letGo();
    expect((await client.finished(id)).counts).toMatchObject({ accepted: 2, blocklisted: 1 });

    held = await HeldCampaign.hold(database, vdn, 1);
    const call = client.call(vdn, 1, list.slice(1));
    await admissionWaits(database);
    await block(vdn, second);
    await held.letGo();
    expect((await call).json().resultCode).toBe('0200024');
  });
});
