import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Receipt, UploadView } from '../../support/api-client.ts';
import { contentsOf, newVdn, useService } from '../service.ts';
import { keptOf } from './kept.ts';
import type { KeptRecord } from './kept.ts';
import type { CampaignName, RecordRow } from './rows.ts';
import { BROKEN_ROWS, CAMPAIGNS, describeFault, ORDER_ROWS, RULE_ROWS } from './rows.ts';
import type { Fault } from './wording.ts';

const service = useService(undefined, { TZ: 'Europe/Berlin' });

interface Line {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly fault: Fault | null;
  readonly kept: RecordRow['kept'];
}

interface Format {
  readonly name: string;
  readonly type: string;
  /** The records of an upload, in order. */
  readonly linesOf: (campaign: CampaignName) => readonly Line[];
  readonly body: (lines: readonly Uint8Array[]) => Uint8Array;
}

const rowsOf = (campaign: CampaignName): Line[] =>
  [...RULE_ROWS, ...ORDER_ROWS]
    .filter((row) => row.campaign === campaign)
    .map(({ text, ...row }) => ({ ...row, bytes: Buffer.from(text) }));

/** What is no JSON, or no UTF-8, in the midst of what is. */
function linesAmongBroken(campaign: CampaignName): Line[] {
  const lines = rowsOf(campaign);
  const broken = BROKEN_ROWS.map(({ what, bytes, texts }) => ({
    what,
    bytes,
    fault: { code: '02000008', place: '', texts },
    kept: { priority: 3, recycleAt: null },
  }));
  const middle = Math.floor(lines.length / 2);
  return [...lines.slice(0, middle), ...broken, ...lines.slice(middle)];
}

const joined = (parts: readonly Uint8Array[], separator: string): Buffer =>
  Buffer.concat(parts.flatMap((part, at) => (at === 0 ? [part] : [Buffer.from(separator), part])));

const FORMATS: readonly Format[] = [
  {
    name: 'NDJSON',
    type: 'application/x-ndjson',
    linesOf: linesAmongBroken,
    body: (lines) => joined(lines, '\n'),
  },
  {
    name: 'JSON',
    type: 'application/json',
    linesOf: rowsOf,
    body: (lines) =>
      Buffer.concat([Buffer.from('{"callDataList":['), joined(lines, ','), Buffer.from(']}')]),
  },
];

/** What became of an upload. */
interface Ended {
  readonly upload: UploadView;
  readonly receipts: Readonly<Record<'zh_CN' | 'en_US', readonly Receipt[]>>;
  readonly kept: ReadonlyMap<number, KeptRecord>;
}

async function send(
  { type, body }: Format,
  campaign: CampaignName,
  lines: readonly Line[],
): Promise<Ended> {
  const vdn = newVdn();
  const { client } = service;
  await client.putCampaign(vdn, 1, CAMPAIGNS[campaign]);
  const answer = await client.send<UploadView>('POST', `/v1/vdns/${vdn}/campaigns/1/uploads`, {
    body: body(lines.map(({ bytes }) => bytes)),
    headers: { 'content-type': type },
  });
  expect([answer.status, answer.text]).toEqual([202, expect.any(String)]);
  const upload = await client.finished(answer.json().id);
  const receiptsIn = async (locale: string): Promise<Receipt[]> =>
    (
      await client.get(`/v1/uploads/${upload.id}/receipts`, { headers: { locale } })
    ).lines<Receipt>();
  return {
    upload,
    receipts: { zh_CN: await receiptsIn('zh_CN'), en_US: await receiptsIn('en_US') },
    kept: new Map((await keptOf(service, vdn)).map((record) => [record.line, record])),
  };
}

const UPLOADS = FORMATS.flatMap((format) =>
  (Object.keys(CAMPAIGNS) as CampaignName[]).map((campaign) => ({
    name: format.name,
    campaign,
    format,
    lines: format.linesOf(campaign),
  })),
);

describe.each(UPLOADS)('of an upload as $name, $campaign:', ({ format, campaign, lines }) => {
  let ended: Ended;

  beforeAll(async () => {
    ended = await send(format, campaign, lines);
  });

  test('every record has a receipt', () => {
    const bad = lines.filter(({ fault }) => fault !== null);
    const duplicate = bad.filter(({ fault }) => fault?.code === '0200018').length;
    expect(ended.upload).toMatchObject({
      state: bad.length > 0 ? 'completed_with_errors' : 'completed',
      counts: {
        received: lines.length,
        accepted: lines.length - bad.length,
        invalid: bad.length - duplicate,
        duplicate,
        pending: 0,
      },
    });
    expect(ended.receipts.en_US.map(({ line }) => line)).toEqual(lines.map((_, at) => at + 1));
    expect(ended.kept.size).toBe(lines.length - bad.length);
  });

  const named = lines.map((line, at) => ({
    ...line,
    at,
    code: line.fault?.code ?? 'accepted',
    place: line.fault?.place ?? '',
  }));

  test.each(named)('$code $place: $what', ({ at, fault, kept, bytes }) => {
    const [chinese, english] = [ended.receipts.zh_CN[at], ended.receipts.en_US[at]];
    if (fault === null) {
      expect(english).toMatchObject({ outcome: 'accepted', code: null, detail: null });
      // As it was sent, in whatever form.
      const source = Buffer.from(bytes).toString();
      expect(ended.kept.get(at + 1)).toEqual({ line: at + 1, ...kept, source });
      return;
    }
    const outcome = fault.code === '0200018' ? 'duplicate' : 'invalid';
    for (const [receipt, text] of [
      [chinese, fault.texts[0]],
      [english, fault.texts[1]],
    ] as const) {
      const detail = describeFault(fault.place, text);
      expect(receipt).toMatchObject({ outcome, code: fault.code, detail, dataId: null });
    }
    expect(ended.kept.get(at + 1)).toBeUndefined();
  });
});

test.each([
  ['application/x-ndjson', '[', 413],
  ['application/json', '{"x":', 400],
])('100,000 levels in a body as %s: %s', async (type, open, status) => {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, CAMPAIGNS.plain);
  const before = await contentsOf(service, vdn);
  const answer = await service.client.send('POST', `/v1/vdns/${vdn}/campaigns/1/uploads`, {
    body:
      `{"called":[{"calledNo":"1"}]}\n`.repeat(type === 'application/json' ? 0 : 5) +
      open.repeat(100_000),
    headers: { 'content-type': type },
  });
  expect(answer.status).toBe(status);
  expect(await contentsOf(service, vdn)).toEqual(before);
});
