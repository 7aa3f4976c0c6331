import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { UploadView } from '../support/api-client.ts';
import { queueBackends } from '../support/backends.ts';
import { unpaced } from '../support/factories.ts';
import { contentsOf, newVdn, useService } from './service.ts';

interface Problem {
  readonly type: string;
  readonly detail: string;
  readonly place?: string;
}

const CSV = { 'content-type': 'text/csv; charset=utf-8; header=present' };

/** As spreadsheets write it: a byte order mark, CRLF, quotes, line breaks in them, trailing commas, a blank line. */
const FILE = [
  '\uFEFFsessionId,calledNo,delayTime,type,calledNo2,type2,caller,callData,priority,city,',
  's1,13800000001,0,SI,13800000002,home,075512345678,"{""name"":""Lin""}",1,上海,',
  '',
  's2,13800000003,,,,,,"two',
  'lines, and ""quotes""",,,',
  's1,13800000002,,,,,,,,Köln,',
  's3,,,,13800000004,,,,,,',
  's4,+4930123456,,,,,,,,,',
  's5,13800000005',
  's6,13800000006,,,,,,,9,,too many',
].join('\r\n');

describe.each(queueBackends)('an upload of CSV on $name', (backend) => {
  const service = useService(backend);

  const post = (vdn: number, body: string | Uint8Array, headers = {}) =>
    service.client.send<UploadView & Problem>('POST', `/v1/vdns/${vdn}/campaigns/1/uploads`, {
      body,
      headers: { ...CSV, ...headers },
    });

  test.each([
    ['as it is', FILE, {}],
    ['as gzip', gzipSync(FILE), { 'content-encoding': 'gzip' }],
  ])('%s is worked off record by record', async (_what, body, headers) => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced({ batchSize: 2 }));
    const answer = await post(vdn, body, headers);
    expect(answer.status).toBe(202);
    const { id } = answer.json();
    const upload = await service.client.finished(id);
    expect(upload.counts).toMatchObject({ received: 7, accepted: 3, invalid: 3, duplicate: 1 });
    const receipts = await service.client.receipts(id);
    expect(
      receipts.map(({ line, outcome, code, detail }) => [
        line,
        outcome,
        code && `${code} ${String(detail).split(':')[0] ?? ''}`,
      ]),
    ).toEqual([
      [1, 'accepted', null],
      [2, 'accepted', null],
      [3, 'duplicate', '0200018 called[0].calledNo'],
      [4, 'invalid', '02000001 called[0].calledNo'],
      [5, 'invalid', '02000002 called[0].calledNo'],
      [6, 'accepted', null],
      [7, 'invalid', '02000008 field 11'],
    ]);
    const kept = await service.database.query<{ source: string }>(
      'SELECT source FROM records WHERE vdn_id = $1 ORDER BY line',
      [vdn],
    );
    expect(kept.map(({ source }) => JSON.parse(source) as unknown)).toEqual([
      {
        sessionId: 's1',
        called: [
          { calledNo: '13800000001', delayTime: '0', type: 'SI' },
          { calledNo: '13800000002', type: 'home' },
        ],
        caller: '075512345678',
        callData: '{"name":"Lin"}',
        priority: '1',
        city: '上海',
      },
      {
        sessionId: 's2',
        called: [{ calledNo: '13800000003' }],
        callData: 'two\r\nlines, and "quotes"',
      },
      { sessionId: 's5', called: [{ calledNo: '13800000005' }] },
    ]);
    const [{ header } = {}] = await service.database.query<{ header: string }>(
      'SELECT source_header AS header FROM uploads WHERE id = $1',
      [id],
    );
    expect(header).toBe(`${FILE.split('\r\n')[0] ?? ''}\r\n`);
  });

  test.each<[what: string, body: string | Uint8Array, kind: string, detail: string]>([
    [
      'without a header',
      '13800000001,s1\n',
      'broken-container',
      'line 1: the header has no column calledNo; the first line names the columns, parted by commas; nothing was kept',
    ],
    [
      'with 2,000 columns',
      `calledNo${',x'.repeat(1_999)}\n1\n`,
      'broken-container',
      'line 1: the header has more than 1000 columns; nothing was kept',
    ],
    [
      'with a quote that is never closed',
      `calledNo,x\n${'1,2\n'.repeat(5_000)}3,"\n${'4,5\n'.repeat(5_000)}`,
      'broken-container',
      'line 5002: a quote in the row that begins here is never closed; a quote within a field is written twice; nothing was kept',
    ],
    [
      'that is a PDF',
      Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n', 'latin1'),
      'broken-container',
      'line 1: the header has no column calledNo; the first line names the columns, parted by commas; nothing was kept',
    ],
    ['of a header alone', 'calledNo,type\n\n', 'empty-upload', 'the upload holds no records'],
    ['of nothing', '', 'empty-upload', 'the upload holds no records'],
  ])('%s is 400, and nothing is kept', async (_what, body, kind, detail) => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const before = await contentsOf(service, vdn);
    const answer = await post(vdn, body);
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { type: `urn:dialgate:problem:${kind}`, detail },
    ]);
    expect(await contentsOf(service, vdn)).toEqual(before);
  });

  test('with a row beyond the most bytes of a line is 413, and nothing is kept', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced());
    const before = await contentsOf(service, vdn);
    const answer = await post(vdn, `calledNo,x\n1,2\n2,"${'\n'.repeat(65_536)}"\n`);
    expect([answer.status, answer.json()]).toMatchObject([
      413,
      {
        detail:
          'line 3: a row of more than 65536 bytes, perhaps of a quote that is never closed; nothing was kept',
        place: 'line 3',
      },
    ]);
    expect(await contentsOf(service, vdn)).toEqual(before);
  });
});
