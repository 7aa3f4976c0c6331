import { describe, expect, test } from '@jest/globals';
import { ADMIN_TOKEN, queueBackends } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { awkwardBody } from './awkward-bodies.ts';
import type { BodyKind } from './awkward-bodies.ts';
import { newVdn, useService } from './service.ts';

const random = seededRandom();

const TYPES: Record<BodyKind, string> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  json: 'application/json',
};

describe.each(queueBackends)('the receipts of an upload on $name', (backend) => {
  const service = useService(backend);

  /** A new VDN with a blocked number and a campaign with room for so many. */
  async function campaign(maxIncomplete = 200_000, batchSize = 7): Promise<number> {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced({ maxIncomplete, batchSize }));
    await service.client.send('POST', `/v1/vdns/${vdn}/blocklist`, {
      json: { numbers: [{ number: '110' }] },
    });
    return vdn;
  }

  async function upload(vdn: number, type: string, body: string | Uint8Array): Promise<string> {
    const answer = await service.client.send<{ id: string }>(
      'POST',
      `/v1/vdns/${vdn}/campaigns/1/uploads`,
      { body, headers: { 'content-type': type } },
    );
    expect([answer.status, answer.text]).toEqual([202, expect.anything()]);
    return answer.json().id;
  }

  /** As bytes: they may be anything. */
  async function source(id: string, query = ''): Promise<{ type: string | null; bytes: Buffer }> {
    const answer = await fetch(`${service.url}/v1/uploads/${id}/receipts?format=source${query}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    expect(answer.status).toBe(200);
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { type: answer.headers.get('content-type'), bytes };
  }

  const HOSTILE = [
    { sessionId: 's,1', called: [{ calledNo: '13800000001' }] },
    { sessionId: '=1+1', called: [{ calledNo: '+4930123456' }] },
    { sessionId: '-2"', called: [{ calledNo: '@x' }] },
    { sessionId: 'a\nb', called: [{ calledNo: '13800000001' }] },
    { sessionId: '＝1', called: [{ calledNo: '110' }] },
  ];

  test('come as CSV where that is preferred, and hold nothing that a spreadsheet takes for a formula', async () => {
    const id = await upload(await campaign(), TYPES.ndjson, ndjson(HOSTILE));
    await service.client.finished(id);
    const answer = await service.client.get(`/v1/uploads/${id}/receipts`, {
      headers: { accept: 'application/x-ndjson;q=0.1, text/csv' },
    });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('vary')).toMatch(/accept/i);
    const [{ dataId }, , , { dataId: second }] = (await service.client.receipts(id)) as [
      { dataId: string },
      unknown,
      unknown,
      { dataId: string },
    ];
    const wrong = `"called[0].calledNo: holds characters that are not allowed; allowed: digits, * and #"`;
    expect(answer.text).toBe(
      [
        'line,sessionId,called,outcome,dataId,code,detail',
        `1,"s,1",13800000001,accepted,${dataId},,`,
        `2,'=1+1,'+4930123456,invalid,,02000002,${wrong}`,
        `3,"'-2""",'@x,invalid,,02000002,${wrong}`,
        `4,"a\nb",13800000001,accepted,${second},,`,
        "5,'＝1,110,blocklisted,,0200024,called[0].calledNo: the number is on the blocklist",
        '',
      ].join('\r\n'),
    );
    const none = await service.client.get(`/v1/uploads/${id}/receipts?outcome=dropped`, {
      headers: { accept: 'text/csv' },
    });
    expect(none.text).toBe('line,sessionId,called,outcome,dataId,code,detail\r\n');
  });

  test.each(['text/html', 'application/json, text/csv;q=0'])(
    'are 406 where %s is all that is accepted',
    async (accept) => {
      const id = await upload(await campaign(), TYPES.ndjson, ndjson(HOSTILE));
      const answer = await service.client.get(`/v1/uploads/${id}/receipts`, {
        headers: { accept },
      });
      expect([answer.status, answer.json()]).toMatchObject([
        406,
        {
          detail:
            'Accept: none of the formats asked for can be answered with; there are: application/x-ndjson, text/csv',
        },
      ]);
    },
  );

  test('give back what was rejected, byte for byte, ready to be sent again', async () => {
    const broken = Buffer.from('{"called":[{"calledNo":"\xff"}]}', 'latin1');
    const lines = Buffer.concat([
      Buffer.from('{"called":[{"calledNo":"1"}],"x":1.50}\r\n\n'),
      Buffer.from(' { "called" : [] } \n{"called":[{"calledNo":"110"}], "y":"\\u00e4"}\n'),
      broken,
      Buffer.from('\nno JSON\n{"called":[{"calledNo":"1"}],"z":2}'),
    ]);
    const id = await upload(await campaign(), TYPES.ndjson, lines);
    await service.client.finished(id);
    const rejected = Buffer.concat([
      Buffer.from(' { "called" : [] } \n{"called":[{"calledNo":"110"}], "y":"\\u00e4"}\n'),
      broken,
      Buffer.from('\nno JSON\n{"called":[{"calledNo":"1"}],"z":2}\n'),
    ]);
    expect(await source(id, '&outcome=rejected')).toEqual({
      type: 'application/x-ndjson; charset=utf-8',
      bytes: rejected,
    });
    expect((await source(id, '&outcome=accepted')).bytes.toString()).toBe(
      '{"called":[{"calledNo":"1"}],"x":1.50}\n',
    );
    expect((await source(id, '&outcome=dropped')).bytes.length).toBe(0);
  });

  test('give back rows of CSV with their header', async () => {
    const header = '\uFEFFcalledNo,"my\r\ncolumn",called,,calledNo2\r\n';
    const rows = ['1,"a,""b""",l,,2', 'x,"c\nd"', '110,"e"', '1,dup,,', ',f,,,5'];
    const id = await upload(await campaign(), TYPES.csv, header + rows.join('\r\n'));
    await service.client.finished(id);
    expect(await source(id)).toEqual({
      type: 'text/csv; charset=utf-8',
      bytes: Buffer.from(header + [...rows, ''].join('\r\n').replace('"e"', 'e')),
    });
    expect((await source(id, '&outcome=invalid')).bytes.toString()).toBe(
      `${header}${rows[1] ?? ''}\r\n${rows[4] ?? ''}\r\n`,
    );
    expect((await source(id, '&outcome=refused')).bytes.toString()).toBe(header);
    const names = (await service.client.receipts(id)).map(({ called }) => called);
    expect(names).toEqual(['1', 'x', '110', '1', null]);
    const other = await service.client.get(`/v1/uploads/${id}/receipts?format=source`, {
      headers: { accept: 'application/x-ndjson' },
    });
    expect(other.status).toBe(406);
  });

  test.each<BodyKind>(['ndjson', 'csv', 'json'])(
    'give back a body of %s that is read the same way when it is sent again',
    async (kind) => {
      const body = awkwardBody(kind, random);
      const outcomes: unknown[] = [];
      for (let next = { type: TYPES[kind], bytes: body }, round = 0; round < 3; round++) {
        const vdn = await campaign(20);
        const id = await upload(vdn, next.type, next.bytes);
        await service.client.inState(id, 'waiting_capacity');
        const receipts = await service.client.receipts(id);
        const kept = await service.database.query<{ source: string }>(
          'SELECT source FROM records WHERE vdn_id = $1 ORDER BY line',
          [vdn],
        );
        outcomes.push({
          receipts: receipts.map((receipt) => ({ ...receipt, dataId: null })),
          kept: kept.map((row) => row.source),
        });
        const found = await source(id);
        next = { type: found.type ?? '', bytes: found.bytes };
      }
      const [first, ...again] = outcomes as { receipts: { outcome: string }[] }[];
      for (const found of new Set(first?.receipts.map(({ outcome }) => outcome))) {
        expect(['accepted', 'invalid', 'duplicate', 'blocklisted', 'pending']).toContain(found);
      }
      expect(again).toEqual([first, first]);
    },
  );

  test('come in pages of bytes where records are long', async () => {
    const list = records(random, 150).map((record, index) => ({
      ...record,
      priority: index % 3 === 0 ? '9' : '3',
      notes: 'ü'.repeat(32_000),
    }));
    const vdn = await campaign(60, 2_000);
    const id = await upload(vdn, TYPES.ndjson, ndjson(list));
    await service.client.inState(id, 'waiting_capacity');
    expect((await source(id)).bytes.toString()).toBe(ndjson(list));
    const receipts = await service.client.receipts(id);
    expect(receipts.map(({ line }) => line)).toEqual(list.map((_, index) => index + 1));
    const pending = await source(id, '&outcome=pending');
    const valid = list.filter(({ priority }) => priority === '3');
    expect(pending.bytes.toString()).toBe(ndjson(valid.slice(60)));
  });

  test('are 410 once they were removed', async () => {
    const id = await upload(await campaign(), TYPES.ndjson, ndjson(HOSTILE));
    await service.client.finished(id);
    await service.database.query('UPDATE uploads SET receipts_removed_at = now() WHERE id = $1', [
      id,
    ]);
    for (const query of ['', '?format=source', '?outcome=invalid']) {
      const answer = await service.client.get(`/v1/uploads/${id}/receipts${query}`);
      expect([answer.status, answer.json()]).toMatchObject([
        410,
        { type: 'urn:dialgate:problem:gone' },
      ]);
    }
  });
});
