import { describe, expect, test } from '@jest/globals';
import type { Receipt, UploadView } from '../support/api-client.ts';
import { queueBackends } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';

const random = seededRandom();

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const NONE = {
  received: 0,
  accepted: 0,
  invalid: 0,
  duplicate: 0,
  blocklisted: 0,
  refused: 0,
  dropped: 0,
  pending: 0,
};

describe.each(queueBackends)('an upload on $name', (backend) => {
  const service = useService(backend);

  async function campaign(): Promise<string> {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 46, unpaced({ batchSize: 2 }));
    return `/v1/vdns/${vdn}/campaigns/46/uploads`;
  }

  const post = (path: string, type: string, body: string | Uint8Array) =>
    service.client.send<UploadView>('POST', path, { body, headers: { 'content-type': type } });

  /** What becomes of each record of an NDJSON body: number, outcome, code. */
  async function fates(body: string | Uint8Array): Promise<string[]> {
    const answer = await post(await campaign(), 'application/x-ndjson', body);
    expect(answer.status).toBe(202);
    await service.client.finished(answer.json().id);
    return (await service.client.receipts(answer.json().id)).map(
      ({ line, outcome, code }: Receipt) => `${line} ${outcome} ${code ?? '-'}`,
    );
  }

  test('is answered with 202, where to find it, and all of it as GET shows it', async () => {
    const path = await campaign();
    const body = `${ndjson(records(random, 3))}{"called":[]}\n`;
    const answer = await post(path, 'application/x-ndjson; charset=utf-8', body);
    expect(answer.status).toBe(202);
    const upload = answer.json();
    expect(answer.headers.get('location')).toBe(`/v1/uploads/${upload.id}`);
    expect(upload).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/),
      vdnId: Number(path.split('/')[3]),
      campaignId: 46,
      batchId: null,
      mode: 'async',
      state: expect.stringMatching(/^(queued|running|completed_with_errors)$/),
      dryRun: false,
      policy: { onInvalid: 'skip', onDuplicate: 'skip', onBlocklisted: 'skip', onFull: 'wait' },
      counts: expect.objectContaining({ received: 4, invalid: 1 }),
      batches: { total: 2, done: expect.any(Number) },
      createdAt: TIME,
      queuedAt: TIME,
      startedAt: upload.startedAt,
      finishedAt: upload.finishedAt,
      estimatedFinishAt: TIME,
      error: null,
    });
    const ended = await service.client.finished(upload.id);
    expect(ended).toEqual({
      ...upload,
      state: 'completed_with_errors',
      counts: { ...NONE, received: 4, accepted: 3, invalid: 1 },
      batches: { total: 2, done: 2 },
      startedAt: TIME,
      finishedAt: TIME,
      estimatedFinishAt: ended.finishedAt,
    });
  });

  test("as JSON is the interface's own body, and nothing is read from it but records and batchId", async () => {
    const path = await campaign();
    const list = records(random, 5);
    const body = JSON.stringify({ batchId: 'b-1', callDataList: [...list, list[0], 7], more: 1 });
    const answer = await post(path, 'application/json', body);
    expect(answer.status).toBe(202);
    expect(answer.json()).toMatchObject({ batchId: 'b-1', batches: { total: 3 } });
    const ended = await service.client.finished(answer.json().id);
    expect(ended.counts).toEqual({ ...NONE, received: 7, accepted: 5, duplicate: 1, invalid: 1 });
    const receipts = await service.client.receipts(ended.id);
    expect(receipts.map(({ line, called, code }) => [line, called, code])).toEqual([
      ...list.map(({ called }, index) => [index + 1, called[0]?.calledNo, null]),
      [6, list[0]?.called[0]?.calledNo, '0200018'],
      [7, null, '02000006'],
    ]);
  });

  test('of good records alone is completed; of bad ones alone it has ended at once', async () => {
    const path = await campaign();
    const good = await service.client.finished(
      (await post(path, 'application/x-ndjson', ndjson(records(random, 3)))).json().id,
    );
    expect(good).toMatchObject({
      state: 'completed',
      counts: { ...NONE, received: 3, accepted: 3 },
    });
    const bad = await post(path, 'application/x-ndjson', '1\nx\n');
    expect([bad.status, bad.json()]).toMatchObject([
      202,
      {
        state: 'completed_with_errors',
        counts: { ...NONE, received: 2, invalid: 2 },
        batches: { total: 0, done: 0 },
        finishedAt: TIME,
      },
    ]);
  });

  const line = (number: string): string => JSON.stringify({ called: [{ calledNo: number }] });

  test.each<[what: string, body: string | Uint8Array, expected: string[]]>([
    [
      'blank lines',
      `\n${line('1')}\n\n  \t\n\r\n${line('2')}\n\n`,
      ['1 accepted -', '2 accepted -'],
    ],
    ['CRLF', `${line('1')}\r\n${line('2')}\r\n`, ['1 accepted -', '2 accepted -']],
    ['a byte order mark', `\uFEFF${line('1')}\n${line('2')}\n`, ['1 accepted -', '2 accepted -']],
    ['no line feed at the end', `${line('1')}\n${line('2')}`, ['1 accepted -', '2 accepted -']],
    [
      'a broken line in the middle',
      `${line('1')}\n{"called":[{"calledNo":"13\n${line('2')}\n`,
      ['1 accepted -', '2 invalid 02000008', '3 accepted -'],
    ],
    [
      'a line that is not UTF-8',
      Buffer.concat([
        Buffer.from(`${line('1')}\n{"a":"`),
        Buffer.from([0xff, 0xfe]),
        Buffer.from(`"}\n${line('2')}`),
      ]),
      ['1 accepted -', '2 invalid 02000008', '3 accepted -'],
    ],
    [
      'a last line that is broken and has no end',
      `${line('1')}\n{`,
      ['1 accepted -', '2 invalid 02000008'],
    ],
    [
      'lines that are JSON and no record',
      `null\n[]\n"x"\n7\n{}\n`,
      [1, 2, 3, 4].map((n) => `${n} invalid 02000006`).concat('5 invalid 02000001'),
    ],
    [
      'a line nested too deep',
      `${'['.repeat(65)}${']'.repeat(65)}\n${line('1')}`,
      ['1 invalid 02000008', '2 accepted -'],
    ],
    [
      'numbers again, of which only valid records claim theirs',
      [
        `{"called":[{"calledNo":"1"}],"priority":"9"}`,
        line('1'),
        line('1'),
        `{"sessionId":"s","called":[{"calledNo":"1"},{"calledNo":"2"}]}`,
        `{"sessionId":"s","called":[{"calledNo":"3"},{"calledNo":"2"}]}`,
        `{"sessionId":"s","called":[{"calledNo":"3"}]}`,
      ].join('\n'),
      [
        '1 invalid 02000007',
        '2 accepted -',
        '3 duplicate 0200018',
        '4 accepted -',
        '5 duplicate 0200018',
        '6 accepted -',
      ],
    ],
  ])('with %s', async (_what, body, expected) => {
    expect(await fates(body)).toEqual(expected);
  });
});

describe('the batchId', () => {
  const service = useService();

  async function batchIdOf(query: string, type: string, body: string): Promise<unknown> {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const answer = await service.client.send<UploadView & { code?: string; place?: string }>(
      'POST',
      `/v1/vdns/${vdn}/campaigns/1/uploads${query}`,
      { body, headers: { 'content-type': type } },
    );
    const { batchId, code, place } = answer.json();
    if (answer.status === 202) return batchId;
    const uploads = await service.database.query('SELECT 1 FROM uploads WHERE vdn_id = $1', [vdn]);
    expect(uploads).toEqual([]);
    return [answer.status, code, place];
  }

  const json = (batchId: unknown): string =>
    JSON.stringify({ batchId, callDataList: [{ called: [{ calledNo: '1' }] }] });

  const JSON_TYPE = 'application/json';

  test.each<[query: string, type: string, body: string, batchId: unknown]>([
    ['?batchId=query', JSON_TYPE, json('body'), 'query'],
    ['?batchId=', JSON_TYPE, json('body'), 'body'],
    ['?batchId=query', JSON_TYPE, json(null), 'query'],
    ['', JSON_TYPE, json(''), null],
    [`?batchId=${'b'.repeat(64)}`, 'application/x-ndjson', '1', 'b'.repeat(64)],
    [
      `?batchId=${encodeURIComponent('😀'.repeat(64))}`,
      'application/x-ndjson',
      '1',
      '😀'.repeat(64),
    ],
    ['?batchId=', 'application/x-ndjson', '1', null],
    [`?batchId=${'b'.repeat(65)}`, 'application/x-ndjson', '1', [400, '02000003', 'batchId']],
    ['?batchId=%00', 'application/x-ndjson', '1', [400, '02000002', 'batchId']],
    ['', JSON_TYPE, json('b'.repeat(65)), [400, '02000003', 'batchId']],
    ['', JSON_TYPE, json(7), [400, '02000006', 'batchId']],
    ['?batchId=a&batchId=b', JSON_TYPE, json('c'), [400, undefined, 'batchId']],
    ['?batchID=a', JSON_TYPE, json('c'), [400, undefined, 'batchID']],
  ])('%s and %s %s: %j', async (query, type, body, batchId) => {
    expect(await batchIdOf(query, type, body)).toEqual(batchId);
  });
});
