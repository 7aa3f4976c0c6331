import { beforeAll, describe, expect, test } from '@jest/globals';
import type { UploadView } from '../support/api-client.ts';
import { records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';

const service = useService();
const random = seededRandom();

interface Page {
  readonly items: readonly UploadView[];
  readonly nextCursor: string | null;
}

async function list(vdn: number, query = ''): Promise<Page> {
  const answer = await service.client.get<Page>(`/v1/vdns/${vdn}/uploads${query}`);
  expect([query, answer.status]).toEqual([query, 200]);
  return answer.json();
}

const ids = ({ items }: Page): string[] => items.map(({ id }) => id);

/** A finished upload of one record. */
async function upload(vdn: number, campaign: number, query = ''): Promise<string> {
  const { id } = await service.client.upload(vdn, campaign, records(random, 1), query);
  await service.client.finished(id);
  return id;
}

describe('one upload', () => {
  test.each([
    ['of an ID that nothing has', '0190163d-8694-739b-aea5-966c26f8ad91'],
    ['of what cannot be an ID', 'x'],
    ['of what is no ID any more', '0190163d-8694-739b-aea5-966c26f8ad9'],
    ['of an ID in braces', '%7B0190163d-8694-739b-aea5-966c26f8ad91%7D'],
    ['of a number', '1'],
    ["of SQL's making", "1'%20OR%20'1'='1"],
  ])('%s is 404', async (_what, id) => {
    for (const path of [`/v1/uploads/${id}`, `/v1/uploads/${id}/receipts`]) {
      const answer = await service.client.get(path);
      expect([answer.status, answer.json()]).toMatchObject([
        404,
        { type: 'urn:dialgate:problem:not-found', place: 'uploadId' },
      ]);
    }
  });

  test('is found by its ID in capitals as well', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const id = await upload(vdn, 1);
    expect(await service.client.getUpload(id.toUpperCase())).toMatchObject({ id });
  });
});

describe('the list', () => {
  const vdn = newVdn();
  /** Oldest first. */
  const made: string[] = [];

  beforeAll(async () => {
    const { client } = service;
    await client.putCampaign(vdn, 1, unpaced());
    await client.putCampaign(vdn, 2, unpaced({ maxIncomplete: 1 }));
    made.push(await upload(vdn, 1, '?batchId=one'));
    made.push(await upload(vdn, 2, '?batchId=one'));
    // Waits for room, of which there is none.
    const waiting = await client.upload(vdn, 2, records(random, 2), '?batchId=two');
    made.push(waiting.id);
    await client.inState(waiting.id, 'waiting_capacity');
    await client.call(vdn, 1, [], {
      json: { callDataList: records(random, 3), batchId: 'one' },
    });
    const { items } = await list(vdn, '?limit=1');
    made.push(...items.map(({ id }) => id));
    made.push(await upload(vdn, 1));
  });

  test('has the newest first, each as GET shows it', async () => {
    const page = await list(vdn);
    expect(ids(page)).toEqual(made.toReversed());
    expect(page.nextCursor).toBeNull();
    for (const item of page.items.filter(({ finishedAt }) => finishedAt !== null)) {
      expect(item).toEqual(await service.client.getUpload(item.id));
    }
  });

  test('has synchronous calls too', async () => {
    const { items } = await list(vdn);
    expect(items.map(({ mode }) => mode)).toEqual(['async', 'sync', 'async', 'async', 'async']);
    expect(items[1]).toMatchObject({
      vdnId: vdn,
      campaignId: 1,
      batchId: 'one',
      state: 'completed',
      counts: { received: 3, accepted: 3, pending: 0 },
      batches: { total: 1, done: 1 },
    });
    const receipts = await service.client.receipts(items[1]?.id ?? '');
    expect(receipts.map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, 'accepted'],
      [2, 'accepted'],
      [3, 'accepted'],
    ]);
  });

  test.each<[query: string, places: number[]]>([
    ['?campaignId=1', [4, 3, 0]],
    ['?campaignId=2', [2, 1]],
    ['?campaignId=3', []],
    ['?batchId=one', [3, 1, 0]],
    ['?batchId=o', []],
    ['?batchId=ONE', []],
    ['?state=waiting_capacity', [2]],
    ['?state=completed', [4, 3, 1, 0]],
    ['?state=paused', []],
    ['?campaignId=1&batchId=one&state=completed', [3, 0]],
    ['?campaignId=2&batchId=one&state=waiting_capacity', []],
  ])('%s', async (query, places) => {
    expect(ids(await list(vdn, query))).toEqual(places.map((place) => made[place]));
    expect(ids(await list(newVdn(), query))).toEqual([]);
  });

  test('keeps its filter over its pages', async () => {
    const first = await list(vdn, '?batchId=one&limit=2');
    expect(ids(first)).toEqual([made[3], made[1]]);
    const second = await list(vdn, `?batchId=one&limit=2&cursor=${String(first.nextCursor)}`);
    expect(ids(second)).toEqual([made[0]]);
    expect(second.nextCursor).toBeNull();
  });

  test.each([
    ['state=receiving', 'state'],
    ['state=done', 'state'],
    ['state=', 'state'],
    ['campaignId=0', 'campaignId'],
    ['campaignId=x', 'campaignId'],
    ['campaignId=9007199254740992', 'campaignId'],
    [`batchId=${'b'.repeat(65)}`, 'batchId'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['cursor=x', 'cursor'],
    ['mode=sync', 'mode'],
  ])('%s is 400', async (query, place) => {
    const answer = await service.client.get(`/v1/vdns/${vdn}/uploads?${query}`);
    expect([answer.status, answer.json()]).toMatchObject([400, { place }]);
  });
});

test('what comes in while somebody leafs through the list moves nothing', async () => {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  const made = [];
  for (let count = 0; count < 5; count += 1) made.push(await upload(vdn, 1));
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await list(vdn, `?limit=2${cursor}`);
    seen.push(...ids(page));
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    made.push(await upload(vdn, 1));
  } while (cursor !== '');
  expect(seen).toEqual(made.slice(0, 5).toReversed());
});
