import { describe, expect, test } from '@jest/globals';
import type { UploadView } from '../support/api-client.ts';
import { queueBackends } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { OpenRequest } from './open-request.ts';
import { contentsOf, newVdn, useService } from './service.ts';

const random = seededRandom();

const NDJSON = { 'content-type': 'application/x-ndjson' };

describe.each(queueBackends)('an upload whose body is still coming on $name', (backend) => {
  const service = useService(backend);

  /** A campaign, and an upload to it of which the first two batches have come and been put down. */
  async function halfAnUpload(headers: Record<string, string>, encode: (text: string) => string) {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced({ batchSize: 2 }));
    const before = await contentsOf(service, vdn);
    const path = `/v1/vdns/${vdn}/campaigns/1/uploads`;
    const request = await OpenRequest.post(service.url, path, { ...NDJSON, ...headers });
    await request.send(encode(ndjson(records(random, 5))));
    const [upload] = await waitFor(
      async () => {
        const batches = await service.database.query<{ id: string }>(
          'SELECT u.id FROM batches b JOIN uploads u ON u.id = b.upload_id WHERE u.vdn_id = $1',
          [vdn],
        );
        return batches.length === 2 ? batches : undefined;
      },
      { what: 'two batches' },
    );
    return { vdn, before, request, id: upload?.id ?? '' };
  }

  const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

  test('is shown nowhere, and nothing of it is admitted; at its end it is there', async () => {
    const { vdn, request, id } = await halfAnUpload({ 'transfer-encoding': 'chunked' }, chunkOf);
    const { client } = service;
    for (const path of [`/v1/uploads/${id}`, `/v1/uploads/${id}/receipts`]) {
      expect((await client.get(path)).status).toBe(404);
    }
    const list = async (query = ''): Promise<unknown> =>
      (await client.get<{ items: UploadView[] }>(`/v1/vdns/${vdn}/uploads${query}`)).json();
    expect(await list()).toEqual({ items: [], nextCursor: null });
    expect(await list('?campaignId=1')).toEqual({ items: [], nextCursor: null });
    expect((await client.get(`/v1/vdns/${vdn}/uploads?state=receiving`)).status).toBe(400);
    // A campaign that another upload wakes passes it over.
    const other = await client.finished((await client.upload(vdn, 1, records(random, 3))).id);
    expect(other.counts.accepted).toBe(3);
    expect((await client.get(`/v1/vdns/${vdn}/campaigns/1`)).json()).toMatchObject({
      incomplete: 3,
    });

    await request.send('0\r\n\r\n');
    const { status, body } = await request.answer();
    request.cutOff();
    expect([status, (JSON.parse(body) as UploadView).id]).toEqual([202, id]);
    expect((await client.finished(id)).counts).toMatchObject({ received: 5, accepted: 5 });
  });

  test.each<[what: string, headers: Record<string, string>, encode: (text: string) => string]>([
    ['before the length it named', { 'content-length': '100000' }, (text) => text],
    ['in the middle of its chunks', { 'transfer-encoding': 'chunked' }, chunkOf],
    [
      'in the middle of a chunk',
      { 'transfer-encoding': 'chunked' },
      (text) => `${(text.length + 10).toString(16)}\r\n${text}`,
    ],
  ])('leaves nothing behind when it is cut off %s', async (_what, headers, encode) => {
    const { vdn, before, request, id } = await halfAnUpload(headers, encode);
    request.cutOff();
    await waitFor(
      async () => {
        const rows = await service.database.query('SELECT 1 FROM uploads WHERE id = $1', [id]);
        return rows.length === 0;
      },
      // By the one that received it: the sweep takes it for abandoned after a minute only.
      { what: 'the upload to be removed' },
    );
    expect(await contentsOf(service, vdn)).toEqual(before);
  });

  test('of chunks that are none is refused, and leaves nothing behind', async () => {
    const { vdn, before, request, id } = await halfAnUpload(
      { 'transfer-encoding': 'chunked' },
      chunkOf,
    );
    await request.send('no chunk\r\n');
    await waitFor(
      async () => {
        const rows = await service.database.query('SELECT 1 FROM uploads WHERE id = $1', [id]);
        return rows.length === 0;
      },
      { what: 'the upload to be removed' },
    );
    request.cutOff();
    expect(await contentsOf(service, vdn)).toEqual(before);
  });
});
