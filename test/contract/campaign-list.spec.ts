import { describe, expect, test } from '@jest/globals';
import { newVdn, useService } from './service.ts';

const service = useService();

interface Page {
  readonly items: readonly { readonly campaignId: number; readonly name: string | null }[];
  readonly nextCursor: string | null;
}

const listOf = (vdn: number, query = ''): string => `/v1/vdns/${vdn}/campaigns${query}`;

async function page(vdn: number, query = ''): Promise<Page> {
  const answer = await service.client.get<Page>(listOf(vdn, query));
  expect(answer.status).toBe(200);
  return answer.json();
}

/** A VDN with these campaigns. */
async function vdnWith(...campaigns: number[]): Promise<number> {
  const vdn = newVdn();
  for (const campaign of campaigns) await service.client.putCampaign(vdn, campaign);
  return vdn;
}

const ids = ({ items }: Page): number[] => items.map(({ campaignId }) => campaignId);

test('is empty where there is none', async () => {
  expect(await page(newVdn())).toEqual({ items: [], nextCursor: null });
});

test('holds the campaigns of the VDN alone, by number and not by digit, as GET shows them', async () => {
  const vdn = await vdnWith(10, 9, 100, Number.MAX_SAFE_INTEGER);
  await vdnWith(11);
  const { items, nextCursor } = await page(vdn);
  expect(items.map(({ campaignId }) => campaignId)).toEqual([9, 10, 100, Number.MAX_SAFE_INTEGER]);
  expect(nextCursor).toBeNull();
  expect(items[1]).toEqual((await service.client.get(`${listOf(vdn)}/10`)).json());
});

test('goes on where the page before ended, also when campaigns are made meanwhile', async () => {
  const vdn = await vdnWith(2, 4, 6, 8);
  const first = await page(vdn, '?limit=2');
  expect(ids(first)).toEqual([2, 4]);
  for (const campaign of [1, 5]) await service.client.putCampaign(vdn, campaign);
  const second = await page(vdn, `?limit=2&cursor=${String(first.nextCursor)}`);
  expect(ids(second)).toEqual([5, 6]);
  const third = await page(vdn, `?cursor=${String(second.nextCursor)}`);
  expect(ids(third)).toEqual([8]);
  expect(third.nextCursor).toBeNull();
});

test('a page that ends with the last campaign is the last one', async () => {
  const vdn = await vdnWith(1, 2);
  expect((await page(vdn, '?limit=2')).nextCursor).toBeNull();
});

test('shows 100 unless told otherwise, and 1,000 at most', async () => {
  const vdn = newVdn();
  await service.database.query(
    'INSERT INTO campaigns (vdn_id, id) SELECT $1, generate_series(1, 1001)',
    [vdn],
  );
  expect((await page(vdn)).items).toHaveLength(100);
  const most = await page(vdn, '?limit=1000');
  expect(most.items).toHaveLength(1_000);
  expect(ids(await page(vdn, `?cursor=${String(most.nextCursor)}`))).toEqual([1_001]);
});

describe('a wrong query is 400, and says which parameter:', () => {
  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['state=running', 'state'],
    ['Limit=1', 'Limit'],
    ['toString=1', 'toString'],
    ['cursor=', 'cursor'],
    ['cursor=MQ', 'cursor'],
    ['cursor=%F0%9F%93%9E', 'cursor'],
  ])('%s', async (query, place) => {
    const answer = await service.client.get(listOf(newVdn(), `?${query}`));
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { type: 'urn:dialgate:problem:bad-parameter', place },
    ]);
  });

  test('a cursor with any one character changed, cut or added', async () => {
    const vdn = await vdnWith(1, 2);
    const cursor = String((await page(vdn, '?limit=1')).nextCursor);
    const tampered = Array.from(
      cursor,
      (character, at) =>
        cursor.slice(0, at) + (character === 'A' ? 'B' : 'A') + cursor.slice(at + 1),
    );
    for (const wrong of [...tampered, cursor.slice(1), cursor.slice(0, -1), `${cursor}A`]) {
      const answer = await service.client.get(listOf(vdn, `?cursor=${wrong}`));
      expect([wrong, answer.status]).toEqual([wrong, 400]);
    }
  });

  test("another VDN's cursor, and another list's", async () => {
    const vdn = await vdnWith(1, 2);
    const cursor = String((await page(vdn, '?limit=1')).nextCursor);
    const other = await service.client.get(listOf(newVdn(), `?cursor=${cursor}`));
    expect(other.status).toBe(400);
    const uploads = await service.client.get(`/v1/vdns/${vdn}/uploads?cursor=${cursor}`);
    expect(uploads.status).toBe(400);
  });
});
