import { describe, expect, test } from '@jest/globals';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { OpenRequest } from './open-request.ts';
import { contentsOf, newVdn, useService } from './service.ts';
import type { Service } from './service.ts';

const random = seededRandom();

const NDJSON = { 'content-type': 'application/x-ndjson' };
const JSON_TYPE = { 'content-type': 'application/json' };

const uploadsOf = (vdn: number): string => `/v1/vdns/${vdn}/campaigns/1/uploads`;

const callsOf = (vdn: number): string => `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/1`;

/** A campaign, and what shows afterwards that nothing was kept: also while the body came, nothing was admitted. */
async function watched(service: Service): Promise<{ vdn: number; untouched: () => Promise<void> }> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  const before = await contentsOf(service, vdn);
  const untouched = async (): Promise<void> => {
    expect(await contentsOf(service, vdn)).toEqual(before);
  };
  return { vdn, untouched };
}

const tooLarge = (detail: string, place?: string) => [
  413,
  {
    type: 'urn:dialgate:problem:too-large',
    title: 'Too large',
    status: 413,
    detail: place === undefined ? detail : `${place}: ${detail}`,
    ...(place === undefined ? {} : { place }),
  },
];

describe('within small limits', () => {
  const LIMIT = 20_000;
  const service = useService(undefined, {
    UPLOAD_MAX_RECORDS: '10',
    UPLOAD_MAX_NUMBERS: '12',
    UPLOAD_MAX_BYTES: String(LIMIT),
    UPLOAD_MAX_LINE_BYTES: '1024',
  });

  const post = async (vdn: number, headers: Record<string, string>, body: string) =>
    service.client.send('POST', uploadsOf(vdn), { headers, body });

  test('as many records as are allowed, and not one more; blank lines are none', async () => {
    const { vdn, untouched } = await watched(service);
    const list = records(random, 11);
    const more = await post(vdn, NDJSON, ndjson(list));
    expect([more.status, more.json()]).toEqual(tooLarge('more than 10 records; nothing was kept'));
    const json = await post(vdn, JSON_TYPE, JSON.stringify({ callDataList: list }));
    expect(json.status).toBe(413);
    await untouched();
    const most = await post(vdn, NDJSON, ndjson(list.slice(1)).replaceAll('\n', '\n\n'));
    expect(most.status).toBe(202);
  });

  test('invalid records and duplicates count as well', async () => {
    const { vdn, untouched } = await watched(service);
    const same = ndjson(Array.from({ length: 6 }, () => records(random, 1)[0]));
    expect((await post(vdn, NDJSON, `${same}${'x\n'.repeat(5)}`)).status).toBe(413);
    await untouched();
  });

  test('as many numbers as are allowed, and not one more; those of records that are left out are none', async () => {
    const { vdn, untouched } = await watched(service);
    const threes = [1, 2, 3, 4].map((first) => ({
      called: [`${first}`, `${first}0`, `${first}00`].map((calledNo) => ({ calledNo })),
    }));
    const leftOut = [threes[0], { called: [{ calledNo: '5' }, { calledNo: 'x' }] }];
    const more = await post(vdn, NDJSON, ndjson([...threes, { called: [{ calledNo: '5' }] }]));
    expect([more.status, more.json()]).toEqual(
      tooLarge(
        'more than 12 numbers in valid records; nothing was kept: send them as several uploads',
      ),
    );
    await untouched();
    expect((await post(vdn, NDJSON, ndjson([...threes, ...leftOut]))).status).toBe(202);
  });

  /** A record of so many bytes. */
  const lineOf = (bytes: number): string => {
    const [head, tail] = ['{"called":[{"calledNo":"1"}],"x":"', '"}'];
    return `${head}${'ü'.repeat((bytes - head.length - tail.length) / 2)}${tail}`;
  };

  test.each<[what: string, end: string]>([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['the end of the body', ''],
  ])('a line may have so many bytes and no more, when it ends by %s', async (_what, end) => {
    const { vdn, untouched } = await watched(service);
    const longer = await post(vdn, NDJSON, `${lineOf(100)}\n\n${lineOf(1026)}${end}`);
    expect([longer.status, longer.json()]).toEqual(
      tooLarge('a line of more than 1024 bytes; nothing was kept', 'line 2'),
    );
    await untouched();
    const most = await post(vdn, NDJSON, `${lineOf(100)}\n\n${lineOf(1024)}${end}`);
    expect(most.status).toBe(202);
  });

  test('a line that is as long as may be is so wherever its bytes are parted', async () => {
    const vdn = newVdn();
    await service.client.putCampaign(vdn, 1, unpaced({ batchSize: 1 }));
    const request = await OpenRequest.post(service.url, uploadsOf(vdn), {
      ...NDJSON,
      'transfer-encoding': 'chunked',
    });
    await request.chunk(`{"called":[{"calledNo":"2"}]}\n${lineOf(1024)}\r`);
    // With the first line also the beginning of the second has been looked at.
    await waitFor(
      async () => {
        const batches = await service.database.query(
          'SELECT 1 FROM batches b JOIN uploads u ON u.id = b.upload_id WHERE u.vdn_id = $1',
          [vdn],
        );
        return batches.length === 1;
      },
      { what: 'the first line to be put down' },
    );
    await request.chunk('\n');
    await request.chunk('');
    const { status, body } = await request.answer();
    request.cutOff();
    expect([status, JSON.parse(body)]).toMatchObject([
      202,
      { counts: { received: 2, invalid: 0 } },
    ]);
  });

  test.each<[what: string, pathOf: (vdn: number) => string, headers: Record<string, string>]>([
    ['an upload', uploadsOf, JSON_TYPE],
    ['a call that is taken as an upload', callsOf, { ...JSON_TYPE, prefer: 'respond-async' }],
  ])(
    'a record of %s in JSON may have so many bytes and no more',
    async (_what, pathOf, headers) => {
      const { vdn, untouched } = await watched(service);
      const send = (record: string) =>
        service.client.send('POST', pathOf(vdn), {
          headers: { ...headers, locale: 'en_US' },
          body: `{"callDataList":[${lineOf(100).replace('"1"', '"2"')}, ${record} ],"x":${lineOf(2_000)}}`,
        });
      const longer = await send(lineOf(1026));
      expect([longer.status, longer.json()]).toEqual(
        tooLarge('an item of more than 1024 bytes; nothing was kept', 'callDataList[1]'),
      );
      await untouched();
      expect((await send(lineOf(1024))).status).toBeLessThan(300);
      expect(await contentsOf(service, vdn)).toMatchObject({ uploads: 1 });
    },
  );

  test('a record of a call may be longer than a line of an upload', async () => {
    const { vdn } = await watched(service);
    const body = `{"callDataList":[${lineOf(4_096)}]}`;
    const answer = await service.client.send('POST', callsOf(vdn), { headers: JSON_TYPE, body });
    expect([answer.status, answer.json()]).toMatchObject([200, { resultCode: '0200000' }]);
  });

  test('of a call more records than an upload may have are counted as records of a call', async () => {
    const { vdn } = await watched(service);
    const headers = { ...JSON_TYPE, prefer: 'respond-async' };
    const json = { callDataList: records(random, 11) };
    const sync = await service.client.call(vdn, 1, [], { json });
    expect([sync.status, sync.json().resultCode]).toEqual([200, '0200000']);
    const more = { callDataList: records(random, 2_002) };
    const refused = await service.client.call(vdn, 1, [], { json: more });
    expect([refused.status, refused.json().resultCode]).toEqual([200, '0200029']);
    const async = await service.client.send('POST', callsOf(vdn), { json, headers });
    expect(async.status).toBe(413);
  });

  test('a body that says it is too large is refused unread', async () => {
    const { vdn, untouched } = await watched(service);
    const request = await OpenRequest.post(service.url, uploadsOf(vdn), {
      ...NDJSON,
      'content-length': String(LIMIT + 1),
    });
    const { status, body } = await request.answer();
    request.cutOff();
    expect([status, JSON.parse(body)]).toEqual(
      tooLarge(`more than ${LIMIT} bytes; nothing was kept`),
    );
    await untouched();
  });

  test('a body that does not say so is refused when it is; the sender may send the rest first', async () => {
    const { vdn, untouched } = await watched(service);
    const request = await OpenRequest.post(service.url, uploadsOf(vdn), {
      ...NDJSON,
      'transfer-encoding': 'chunked',
    });
    await request.chunk(ndjson(records(random, 1)));
    await request.chunk('\n'.repeat(LIMIT));
    // More than the systems in between hold, and less than is thrown away: somebody must be taking it, and takes all. At one
    // go, as there are seconds for it.
    await request.chunk('\n'.repeat(15_000_000));
    await request.chunk('');
    const { status, body } = await request.answer();
    request.cutOff();
    expect([status, JSON.parse(body)]).toEqual(
      tooLarge(`more than ${LIMIT} bytes; nothing was kept`),
    );
    await untouched();
  });

  test('as many bytes as are allowed are taken', async () => {
    const { vdn } = await watched(service);
    const record = ndjson(records(random, 1));
    const body = record + '\n'.repeat(LIMIT - Buffer.byteLength(record));
    expect((await post(vdn, NDJSON, `${body}\n`)).status).toBe(413);
    expect((await post(vdn, NDJSON, body)).status).toBe(202);
  });
});

describe('within the limits as they are', () => {
  const service = useService();

  test('a line of 10 MB is 413, and nothing of what stands before it is kept', async () => {
    const { vdn, untouched } = await watched(service);
    const body = `${ndjson(records(random, 5_000))}{"called":"${'1'.repeat(10 * 1024 * 1024)}"}\n`;
    const answer = await service.client.send('POST', uploadsOf(vdn), { headers: NDJSON, body });
    expect([answer.status, answer.json()]).toEqual(
      tooLarge('a line of more than 65536 bytes; nothing was kept', 'line 5001'),
    );
    await untouched();
  });

  test('a JSON body of more than 16 MiB is 413, declared or not', async () => {
    const { vdn, untouched } = await watched(service);
    const body = Buffer.alloc(16 * 1024 * 1024 + 1, ' ');
    const declared = await service.client.send('POST', uploadsOf(vdn), {
      headers: { ...JSON_TYPE, locale: 'en_US' },
      body,
    });
    expect([declared.status, declared.json()]).toEqual(
      tooLarge('more than 16777216 bytes; nothing was kept'),
    );
    for (const path of [uploadsOf(vdn), callsOf(vdn)]) {
      const chunked = await service.client.send('POST', path, {
        headers: { ...JSON_TYPE, locale: 'en_US' },
        body: new Blob([body]).stream(),
      });
      expect([chunked.status, chunked.json()]).toEqual(
        tooLarge('more than 16777216 bytes; nothing was kept'),
      );
    }
    await untouched();
  });

  test('a record of a call has 64 KiB and 50,000 values at most, whatever nobody knows in it', async () => {
    const { vdn, untouched } = await watched(service);
    const [head, tail] = ['{"called":[{"calledNo":"1"}],"x":"', '"}'];
    const recordOf = (bytes: number): string =>
      head + 'ü'.repeat((bytes - head.length - tail.length) / 2) + tail;
    const send = (record: string) =>
      service.client.send('POST', callsOf(vdn), {
        headers: { ...JSON_TYPE, locale: 'en_US' },
        body: `{"callDataList":[{"called":[{"calledNo":"2"}]}, ${record} ]}`,
      });
    const longer = await send(recordOf(65_538));
    expect([longer.status, longer.json()]).toEqual(
      tooLarge('an item of more than 65536 bytes; nothing was kept', 'callDataList[1]'),
    );
    const more = await send(`{"x":[${'[],'.repeat(25_000)}1]}`);
    expect([more.status, more.json()]).toEqual(
      tooLarge('an item of more than 50000 JSON values; nothing was kept', 'callDataList[1]'),
    );
    await untouched();
    const most = await send(recordOf(65_536));
    expect([most.status, most.json()]).toMatchObject([200, { resultCode: '0200000' }]);
  });

  test.each([
    ['an upload', uploadsOf],
    ['a call', callsOf],
    ['a blocklist', (vdn: number) => `/v1/vdns/${vdn}/blocklist`],
    ['results', (vdn: number) => `/v1/vdns/${vdn}/calldata/results`],
  ])('%s in JSON of 50,001 values beside its list is 413', async (_what, pathOf) => {
    const { vdn, untouched } = await watched(service);
    const answer = await service.client.send('POST', pathOf(vdn), {
      headers: { ...JSON_TYPE, locale: 'en_US' },
      body: `{"callDataList":[],"x":[${'{},'.repeat(25_000)}1]}`,
    });
    expect([answer.status, answer.json()]).toEqual(
      tooLarge('more than 50000 JSON values beside the items of its list; nothing was kept'),
    );
    await untouched();
  });

  test('1,000,001 records are 413, and nothing is kept', async () => {
    const { vdn, untouched } = await watched(service);
    const answer = await service.client.send('POST', uploadsOf(vdn), {
      headers: NDJSON,
      body: ReadableStream.from<Uint8Array>(lines(1_000_001)),
    });
    expect([answer.status, answer.json()]).toEqual(
      tooLarge('more than 1000000 records; nothing was kept'),
    );
    await untouched();
  });
});

/** So many records in chunks of some 100 KB, each with a number of its own. */
function* lines(count: number): Generator<Uint8Array> {
  for (let from = 0; from < count; from += 2_500) {
    const numbers = Array.from(
      { length: Math.min(2_500, count - from) },
      (_, index) => from + index,
    );
    yield Buffer.from(numbers.map((number) => `{"called":[{"calledNo":"${number}"}]}\n`).join(''));
  }
}
