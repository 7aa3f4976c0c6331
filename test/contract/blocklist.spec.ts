import { describe, expect, test } from '@jest/globals';
import { newVdn, useService } from './service.ts';

const service = useService();

interface Page {
  readonly items: readonly { readonly number: string; readonly expiresAt: string | null }[];
  readonly nextCursor: string | null;
}

const pathOf = (vdn: number): string => `/v1/vdns/${vdn}/blocklist`;

async function add(vdn: number, ...numbers: unknown[]): Promise<unknown> {
  const answer = await service.client.send('POST', pathOf(vdn), { json: { numbers } });
  return [answer.status, answer.json()];
}

async function list(vdn: number, query = ''): Promise<Page> {
  const answer = await service.client.get<Page>(pathOf(vdn) + query);
  expect([query, answer.status]).toEqual([query, 200]);
  return answer.json();
}

const numbers = ({ items }: Page): string[] => items.map(({ number }) => number);

const numbered = (...given: string[]): object[] => given.map((number) => ({ number }));

describe('POST', () => {
  test('counts what was added, what was there, and what is no number', async () => {
    const vdn = newVdn();
    expect(await add(vdn, ...numbered('110', '*119#', '1'.repeat(24)))).toEqual([
      200,
      { added: 3, updated: 0, invalid: 0 },
    ]);
    expect(
      await add(vdn, ...numbered('110', '120', '', '+86', '1'.repeat(25), '1 2', '１')),
    ).toEqual([200, { added: 1, updated: 1, invalid: 5 }]);
    expect(numbers(await list(vdn))).toEqual(['*119#', '110', '1'.repeat(24), '120']);
    expect(await add(vdn)).toEqual([200, { added: 0, updated: 0, invalid: 0 }]);
  });

  test('of a number given twice takes the last, and counts it once', async () => {
    const vdn = newVdn();
    const given = ['2030-01-01T00:00:00Z', null, '2031-01-01T00:00:00.5+08:00'].map(
      (expiresAt) => ({
        number: '110',
        expiresAt,
      }),
    );
    expect(await add(vdn, ...given)).toEqual([200, { added: 1, updated: 0, invalid: 0 }]);
    expect((await list(vdn)).items).toEqual([
      {
        number: '110',
        expiresAt: '2030-12-31T16:00:00.500Z',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    expect(await add(vdn, { number: '110' })).toEqual([200, { added: 0, updated: 1, invalid: 0 }]);
    expect((await list(vdn)).items).toMatchObject([{ number: '110', expiresAt: null }]);
  });

  test('many at once, in whatever order, block each number once', async () => {
    const vdn = newVdn();
    const given = Array.from({ length: 300 }, (_, index) => String(index));
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, turn) =>
        add(vdn, ...numbered(...(turn % 2 === 0 ? given : given.toReversed()))),
      ),
    );
    const sums = answers as [number, { added: number; updated: number }][];
    expect(sums.map(([status]) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(sums.reduce((sum, [, { added }]) => sum + added, 0)).toBe(300);
    expect(sums.reduce((sum, [, { updated }]) => sum + updated, 0)).toBe(1_500);
  });

  test.each<[body: unknown, code: string, place: string]>([
    [{}, '02000001', 'numbers'],
    [{ numbers: null }, '02000001', 'numbers'],
    [{ numbers: '110' }, '02000006', 'numbers'],
    [{ numbers: {} }, '02000006', 'numbers'],
    [{ numbers: ['110'] }, '02000006', 'numbers[0]'],
    [{ numbers: [null] }, '02000006', 'numbers[0]'],
    [{ numbers: [[]] }, '02000006', 'numbers[0]'],
    [{ numbers: [{ number: '1' }, {}] }, '02000001', 'numbers[1].number'],
    [{ numbers: [{ number: null }] }, '02000001', 'numbers[0].number'],
    [{ numbers: [{ number: 110 }] }, '02000006', 'numbers[0].number'],
    [{ numbers: [{ number: '1', until: 'x' }] }, '0200001', 'numbers[0].until'],
    [{ numbers: [], more: 1 }, '0200001', 'more'],
    [[], '02000006', 'body'],
  ])('%j', async (body, code, place) => {
    const vdn = newVdn();
    const answer = await service.client.send('POST', pathOf(vdn), { json: body });
    expect([answer.status, answer.json()]).toMatchObject([400, { code, place }]);
    expect(numbers(await list(vdn))).toEqual([]);
  });

  test.each([
    'tomorrow',
    '2030-01-01',
    '2030-01-01T00:00:00',
    '2030-02-30T00:00:00Z',
    '2030-13-01T00:00:00Z',
    '2030-01-01T24:00:01Z',
    '2030-01-01T00:00:00+24:00',
    '0000-01-01T00:00:00Z',
    '2030-01-01T00:00:00Z\n',
    '',
    7,
  ])('%j is no time for a number to expire', async (expiresAt) => {
    const vdn = newVdn();
    const answer = await service.client.send('POST', pathOf(vdn), {
      json: { numbers: [{ number: '1' }, { number: '2', expiresAt }] },
    });
    expect([answer.status, answer.json()]).toMatchObject([400, { place: 'numbers[1].expiresAt' }]);
    expect(numbers(await list(vdn))).toEqual([]);
  });

  test('another type of body: 415', async () => {
    const answer = await service.client.send('POST', pathOf(newVdn()), {
      body: '110',
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer.status).toBe(415);
  });
});

describe('GET', () => {
  test('leafs through the numbers that begin alike, in their order, stable under what is added', async () => {
    const vdn = newVdn();
    await add(vdn, ...numbered('1380', '138', '1381', '139', '*138', '13', '1382'));
    const first = await list(vdn, '?prefix=138&limit=2');
    expect(numbers(first)).toEqual(['138', '1380']);
    await add(vdn, ...numbered('1', '13805', '1379'));
    const second = await list(vdn, `?prefix=138&limit=2&cursor=${String(first.nextCursor)}`);
    expect(numbers(second)).toEqual(['13805', '1381']);
    const third = await list(vdn, `?prefix=138&limit=2&cursor=${String(second.nextCursor)}`);
    expect(numbers(third)).toEqual(['1382']);
    expect(third.nextCursor).toBeNull();
    expect(numbers(await list(vdn, '?prefix=%2A'))).toEqual(['*138']);
    expect(numbers(await list(vdn, '?prefix=7'))).toEqual([]);
    expect(await list(newVdn())).toEqual({ items: [], nextCursor: null });
  });

  test.each([
    ['prefix=x', 'prefix'],
    ['prefix=%25', 'prefix'],
    ['prefix=_', 'prefix'],
    [`prefix=${'1'.repeat(25)}`, 'prefix'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['cursor=x', 'cursor'],
    ['number=1', 'number'],
  ])('%s is 400', async (query, place) => {
    const answer = await service.client.get(`${pathOf(newVdn())}?${query}`);
    expect([answer.status, answer.json()]).toMatchObject([400, { place }]);
  });
});

describe('DELETE', () => {
  test('takes a number out once: 204, then 404; and only in its VDN', async () => {
    const [vdn, other] = [newVdn(), newVdn()];
    await add(vdn, ...numbered('110', '*#'));
    await add(other, ...numbered('110'));
    const remove = async (number: string) =>
      service.client.send('DELETE', `${pathOf(vdn)}/${number}`);
    const removed = await remove('110');
    expect([removed.status, removed.text]).toEqual([204, '']);
    const again = await remove('110');
    expect([again.status, again.json()]).toMatchObject([
      404,
      { type: 'urn:dialgate:problem:not-found', place: 'number' },
    ]);
    expect((await remove('*%23')).status).toBe(204);
    expect(numbers(await list(vdn))).toEqual([]);
    expect(numbers(await list(other))).toEqual(['110']);
  });

  test.each(['x', '%00', '%25', '1'.repeat(25), '1'.repeat(100)])(
    'of what is no number is 404: %s',
    async (number) => {
      const answer = await service.client.send('DELETE', `${pathOf(newVdn())}/${number}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.text).not.toContain(number);
    },
  );
});
