import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { ndjson } from '../support/factories.ts';
import { waitFor } from '../support/time.ts';
import { OpenRequest } from './open-request.ts';
import { newVdn, useService } from './service.ts';
import type { Service } from './service.ts';
import { issueKey, sendSigned } from './signed.ts';

const NDJSON = { 'content-type': 'application/x-ndjson' };

const pathOf = (vdn: number): string => `/v1/vdns/${vdn}/blocklist`;

/** Numbers from `from` on, up to `to`, the last not among them. */
const range = (from: number, to: number, expiresAt?: string): object[] =>
  Array.from({ length: to - from }, (_, index) => ({
    number: String(from + index).padStart(8, '0'),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }));

/** Everything there is of a VDN's list, and what is staged of any. */
async function contents({ database }: Service, vdn: number): Promise<unknown> {
  const [row] = await database.query(
    `SELECT (SELECT count(*)::int FROM blocklist WHERE vdn_id = $1) AS numbers,
            (SELECT count(*)::int FROM blocklist_imports) AS imports,
            (SELECT count(*)::int FROM blocklist_import_parts) AS parts`,
    [vdn],
  );
  return row;
}

const NOTHING = { numbers: 0, imports: 0, parts: 0 };

describe('a body that is streamed', () => {
  const service = useService();

  const post = (vdn: number, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    service.client.send('POST', pathOf(vdn), { body, headers: { ...NDJSON, ...headers } });

  async function change(vdn: number, body: string | Uint8Array, headers = {}): Promise<unknown> {
    const answer = await post(vdn, body, headers);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return answer.json();
  }

  const expiryOf = async (vdn: number, number: string): Promise<unknown> => {
    const [row] = await service.database.query<{ at: Date | null }>(
      'SELECT expires_at AS at FROM blocklist WHERE vdn_id = $1 AND number = $2',
      [vdn, number],
    );
    return row?.at?.toISOString() ?? row?.at;
  };

  test('blocks a number a line; the same again is all there', async () => {
    const vdn = newVdn();
    const body =
      '\uFEFF{"number":"110"}\r\n\n{"number":"*119#","expiresAt":null}\n{"number":"120"}';
    expect(await change(vdn, body)).toEqual({ added: 3, updated: 0, invalid: 0 });
    expect(await change(vdn, body)).toEqual({ added: 0, updated: 3, invalid: 0 });
    expect(await change(vdn, '')).toEqual({ added: 0, updated: 0, invalid: 0 });
  });

  test('counts each line of a wrong form, and takes the others', async () => {
    const vdn = newVdn();
    const bad = [
      '110',
      '"110"',
      'null',
      '[]',
      '{"number":110}',
      '{"number":null}',
      '{}',
      '{"number":""}',
      '{"number":"+86"}',
      '{"number":"1","expiresAt":""}',
      '{"number":"1","expiresAt":"2030-02-30T00:00:00Z"}',
      '{"number":"1","expiresAt":7}',
      '{"number":"1","until":null}',
      '{"number":"1"',
      '{"number":"1"}{"number":"2"}',
    ];
    const body = Buffer.concat([
      Buffer.from(`${bad.join('\n')}\n{"number":"`),
      Buffer.from([0xff]),
      Buffer.from('"}\n{"number":"112"}\n'),
    ]);
    expect(await change(vdn, body)).toEqual({ added: 1, updated: 0, invalid: bad.length + 1 });
  });

  test('as gzip, in members as they come', async () => {
    const vdn = newVdn();
    const body = Buffer.concat([range(0, 5), range(5, 9)].map((part) => gzipSync(ndjson(part))));
    const gzip = { 'content-encoding': 'gzip' };
    expect(await change(vdn, body, gzip)).toEqual({ added: 9, updated: 0, invalid: 0 });
    const json = gzipSync(JSON.stringify({ numbers: range(5, 12) }));
    expect(await change(vdn, json, { ...gzip, 'content-type': 'application/json' })).toEqual({
      added: 3,
      updated: 4,
      invalid: 0,
    });
    for (const broken of [body.subarray(0, -3), Buffer.concat([body, Buffer.from('x')])]) {
      const other = newVdn();
      expect((await post(other, broken, gzip)).status).toBe(400);
      expect(await contents(service, other)).toEqual(NOTHING);
    }
  });

  const csv = { 'content-type': 'text/csv' };

  test('as CSV, with expiry or without, whatever is wrong with a row', async () => {
    const vdn = newVdn();
    const body = [
      ' number ,expiresAt',
      '110,2030-01-01T00:00:00Z',
      '"*119#",',
      '120',
      '',
      '+86,',
      ',2030-01-01T00:00:00Z',
      '130,soon',
      '140,,x',
      '110',
    ];
    const expected = { added: 3, updated: 0, invalid: 4 };
    expect(await change(vdn, `\uFEFF${body.join('\r\n')}`, csv)).toEqual(expected);
    expect(await expiryOf(vdn, '110')).toBeNull();
    for (const empty of ['', 'number\n']) {
      expect(await change(vdn, empty, csv)).toEqual({ added: 0, updated: 0, invalid: 0 });
    }
    const many = `number\n${Array.from({ length: 25_000 }, (_, index) => index).join('\n')}`;
    expect(await change(newVdn(), many, csv)).toEqual({ added: 25_000, updated: 0, invalid: 0 });
  });

  test.each<[body: string, detail: RegExp]>([
    ['110\n120\n', /line 1, column 1: .*number and expiresAt/],
    ['expiresAt\n', /line 1: .*no column number/],
    ['number,expires\n110,2030-01-01T00:00:00Z\n', /line 1, column 2: .*number and expiresAt/],
    ['number\n110\n"120\n', /line 3: /],
    ['number\n110\n"120"x\n', /line 3: /],
  ])('%j is no CSV: 400, and nothing is kept', async (body, detail) => {
    const vdn = newVdn();
    const answer = await post(vdn, body, csv);
    expect([answer.status, answer.json()]).toEqual([
      400,
      expect.objectContaining({ detail: expect.stringMatching(detail) as unknown }),
    ]);
    expect(await contents(service, vdn)).toEqual(NOTHING);
  });

  test.each([
    ['as many as are staged at a time', 10_000],
    ['one more', 10_001],
    ['several parts', 25_000],
  ])('%s: all are blocked, of one given twice the last counts', async (_what, count) => {
    const vdn = newVdn();
    const [later, ever] = ['2030-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z'];
    await change(vdn, ndjson(range(10, 20)));
    // The first number and the last are given again, in other parts.
    const list = [
      ...range(0, count - 3, later),
      { number: 'x' },
      ...range(0, 1, ever),
      ...range(count - 4, count - 3),
    ];
    expect(list).toHaveLength(count);
    expect(await change(vdn, ndjson(list))).toEqual({
      added: count - 3 - 10,
      updated: 10,
      invalid: 1,
    });
    expect(await expiryOf(vdn, '00000000')).toBe(ever);
    expect(await expiryOf(vdn, '00000001')).toBe(later);
    expect(await expiryOf(vdn, '00000015')).toBe(later);
    expect(await expiryOf(vdn, String(count - 4).padStart(8, '0'))).toBeNull();
    expect(await contents(service, vdn)).toEqual({ numbers: count - 3, imports: 0, parts: 0 });
  });

  test('what is sent again as it is, is not written again', async () => {
    const vdn = newVdn();
    const versions = (): Promise<unknown> =>
      service.database.query(
        'SELECT number, ctid FROM blocklist WHERE vdn_id = $1 ORDER BY number',
        [vdn],
      );
    await change(vdn, ndjson([...range(0, 3), ...range(3, 6, '2030-01-01T00:00:00Z')]));
    const before = await versions();
    expect(
      await change(vdn, ndjson([...range(0, 3), ...range(3, 6, '2030-01-01T08:00:00+08:00')])),
    ).toEqual({ added: 0, updated: 6, invalid: 0 });
    expect(await versions()).toEqual(before);
  });

  test('one whose time is over counts as not there: added, not listed, not removed', async () => {
    const vdn = newVdn();
    await change(vdn, ndjson([...range(0, 2, '2020-01-01T00:00:00Z'), ...range(2, 3)]));
    await service.database.query(
      `UPDATE blocklist SET created_at = '2019-01-01' WHERE vdn_id = $1`,
      [vdn],
    );
    const list = await service.client.get<{ items: { number: string }[] }>(pathOf(vdn));
    expect(list.json().items.map(({ number }) => number)).toEqual(['00000002']);
    expect((await service.client.send('DELETE', `${pathOf(vdn)}/00000000`)).status).toBe(404);
    expect(await change(vdn, ndjson(range(0, 3)))).toEqual({ added: 2, updated: 1, invalid: 0 });
    const since = await service.database.query<{ old: boolean }>(
      `SELECT created_at < '2020-01-01' AS old FROM blocklist WHERE vdn_id = $1 ORDER BY number`,
      [vdn],
    );
    expect(since.map(({ old }) => old)).toEqual([false, false, true]);
  });

  test('a signed body takes effect when its signature is right, and not at all when it is wrong', async () => {
    const vdn = newVdn();
    const key = await issueKey(service.client, vdn, ['admin']);
    const request = { method: 'POST', path: pathOf(vdn), headers: NDJSON };
    const body = ndjson(range(0, 25_000));
    const wrong = await sendSigned(
      service.url,
      { ...key, secretKey: 'x'.repeat(40) },
      { ...request, body },
    );
    expect(wrong.status).toBe(401);
    expect(await contents(service, vdn)).toEqual(NOTHING);
    const right = await sendSigned(service.url, key, { ...request, body });
    expect([right.status, right.json()]).toEqual([200, { added: 25_000, updated: 0, invalid: 0 }]);
  });

  test('many at once, in whatever order, block each number once', async () => {
    const vdn = newVdn();
    const list = range(0, 12_000);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, turn) =>
        post(vdn, ndjson(turn % 2 === 0 ? list : list.toReversed())),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const sums = answers.map((answer) => answer.json() as { added: number; updated: number });
    expect(sums.map(({ added, updated }) => [added, updated]).sort()).toEqual([
      ...Array.from({ length: 5 }, () => [0, 12_000]),
      [12_000, 0],
    ]);
    expect(await contents(service, vdn)).toEqual({ numbers: 12_000, imports: 0, parts: 0 });
  });

  test('a sender that breaks off leaves nothing', async () => {
    const vdn = newVdn();
    const request = await OpenRequest.post(service.url, pathOf(vdn), {
      ...NDJSON,
      'transfer-encoding': 'chunked',
    });
    await request.chunk(ndjson(range(0, 25_000)));
    const staged = async (parts: number): Promise<boolean> =>
      (await service.database.query('SELECT 1 FROM blocklist_import_parts')).length === parts;
    await waitFor(() => staged(2), { what: 'the first parts to be staged' });
    request.cutOff();
    await waitFor(() => staged(0), { what: 'what was staged to be removed' });
    expect(await contents(service, vdn)).toEqual(NOTHING);
  });
});

describe('within small limits', () => {
  const service = useService(undefined, {
    UPLOAD_MAX_RECORDS: '10',
    UPLOAD_MAX_BYTES: '20000',
    UPLOAD_MAX_LINE_BYTES: '1024',
  });

  const long = `{"number":"1","x":"${'x'.repeat(1100)}"}\n`;

  test.each<[what: string, detail: string, body: string, type: string]>([
    ['too many lines', 'more than 10 records', ndjson(range(0, 11)), 'application/x-ndjson'],
    ['too many invalid lines', 'more than 10 records', 'x\n'.repeat(11), 'application/x-ndjson'],
    [
      'too many items',
      'more than 10 records',
      JSON.stringify({ numbers: range(0, 11) }),
      'application/json',
    ],
    [
      'a long line',
      'line 3: a line of more than 1024 bytes',
      ndjson(range(0, 2)) + long,
      'application/x-ndjson',
    ],
    [
      'a long row',
      'line 2: a row of more than 1024 bytes, perhaps of a quote that is never closed',
      `number\n${'1'.repeat(1025)}\n`,
      'text/csv',
    ],
    [
      'a long item',
      'numbers[1]: an item of more than 1024 bytes',
      `{"numbers":[{"number":"1"},${long.trim()}]}`,
      'application/json',
    ],
    ['too many rows', 'more than 10 records', `number\n${'1\n'.repeat(11)}`, 'text/csv'],
    ['too many bytes', 'more than 20000 bytes', '\n'.repeat(20_001), 'application/x-ndjson'],
  ])('%s: 413, and nothing is kept', async (_what, detail, body, type) => {
    const vdn = newVdn();
    const answer = await service.client.send('POST', pathOf(vdn), {
      body,
      headers: { 'content-type': type },
    });
    expect([answer.status, answer.json()]).toMatchObject([
      413,
      { detail: `${detail}; nothing was kept` },
    ]);
    expect(await contents(service, vdn)).toEqual(NOTHING);
  });

  test('as many as are allowed are taken, blank lines aside', async () => {
    const vdn = newVdn();
    const body = ndjson(range(0, 10)).replaceAll('\n', '\n\n');
    const answer = await service.client.send('POST', pathOf(vdn), { body, headers: NDJSON });
    expect([answer.status, answer.json()]).toEqual([200, { added: 10, updated: 0, invalid: 0 }]);
  });
});
