import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { contentsOf, newVdn, useService } from '../contract/service.ts';
import { ApiClient } from '../support/api-client.ts';
import type { Answer, UploadView } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import { serviceEnv, useServers } from '../support/backends.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import { peakMemory, SMALL_HEAP } from '../support/memory.ts';
import { seededRandom } from '../support/random.ts';
import { AUTHORIZED, head, RawConnection } from '../support/raw-connection.ts';

const MIB = 1024 * 1024;
const LIMIT = 32 * MIB;
const service = useService(undefined, { UPLOAD_MAX_BYTES: String(LIMIT) });
const random = seededRandom();

const NDJSON = 'application/x-ndjson';
const line = (number: number): string => `{"called":[{"calledNo":"${number}"}]}\n`;

async function newCampaign(): Promise<number> {
  const vdn = newVdn();
  await service.client.putCampaign(vdn, 1, unpaced());
  return vdn;
}

function post<T = object>(
  vdn: number,
  body: Uint8Array,
  { type = NDJSON, coding = 'gzip' } = {},
): Promise<Answer<T>> {
  return service.client.send<T>('POST', `/v1/vdns/${vdn}/campaigns/1/uploads`, {
    headers: { 'content-type': type, 'content-encoding': coding },
    body,
  });
}

/** Sends it and expects that it is refused, and that nothing of it is kept. */
async function expectRefused(
  status: number,
  members: object,
  body: Uint8Array,
  options: { type?: string; coding?: string } = {},
): Promise<Answer<object>> {
  const vdn = await newCampaign();
  const before = await contentsOf(service, vdn);
  const answer = await post(vdn, body, options);
  expect([answer.status, answer.json()]).toMatchObject([status, members]);
  expect(await contentsOf(service, vdn)).toEqual(before);
  return answer;
}

describe('an upload in gzip', () => {
  test.each(['gzip', 'x-gzip', 'GZIP', 'identity, gzip'])('named %s is taken', async (coding) => {
    const vdn = await newCampaign();
    const body = gzipSync(ndjson(records(random, 3000)));
    const answer = await post<UploadView>(vdn, body, { coding });
    expect(answer.status).toBe(202);
    expect(await service.client.finished(answer.json().id)).toMatchObject({
      state: 'completed',
      counts: { received: 3000, accepted: 3000 },
    });
  });

  test('may be of several members, cut in the middle of a record', async () => {
    const text = ndjson(records(random, 10));
    const body = Buffer.concat([
      gzipSync(text.slice(0, 777)),
      gzipSync(''),
      gzipSync(text.slice(777)),
    ]);
    const answer = await post<UploadView>(await newCampaign(), body);
    expect(answer.json().counts).toMatchObject({ received: 10, invalid: 0 });
  });

  test('may be JSON', async () => {
    const body = gzipSync(JSON.stringify({ batchId: 'b', callDataList: records(random, 30) }));
    const answer = await post<UploadView>(await newCampaign(), body, { type: 'application/json' });
    expect(answer.json()).toMatchObject({ batchId: 'b', counts: { received: 30 } });
  });

  test('may come slowly cut', async () => {
    const vdn = await newCampaign();
    const body = gzipSync(line(1));
    const connection = new RawConnection(service.url);
    connection.send(
      head(
        `POST /v1/vdns/${vdn}/campaigns/1/uploads HTTP/1.1`,
        AUTHORIZED,
        `Content-Type: ${NDJSON}`,
        'Content-Encoding: gzip',
        'Connection: close',
        `Content-Length: ${body.length}`,
      ),
    );
    for (const byte of body) connection.send(Uint8Array.of(byte));
    expect((await connection.answer()).status).toBe(202);
  });

  test('that is named so and not is refused', async () => {
    await expectRefused(400, BROKEN, Buffer.from(line(1)));
  });
});

const BROKEN = {
  type: 'urn:dialgate:problem:broken-container',
  detail: 'the upload is not valid gzip; nothing of it was kept',
};

describe('what is not whole gzip is 400, and nothing is kept:', () => {
  const whole = gzipSync(ndjson(records(random, 5000)));
  const middle = Math.floor(whole.length / 2);
  const damaged = Buffer.from(whole);
  damaged.fill(0x55, middle, middle + 20);

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['cut short', whole.subarray(0, -1)],
    ['cut in the middle', whole.subarray(0, middle)],
    ['damaged', damaged],
    ['text behind it', Buffer.concat([whole, Buffer.from(line(1))])],
    ['zeros behind it', Buffer.concat([whole, Buffer.alloc(1024)])],
    ['half a member behind it', Buffer.concat([whole, whole.subarray(0, 100)])],
  ])('%s', async (_, body) => {
    await expectRefused(400, BROKEN, body);
  });

  test('that does not come to its end', async () => {
    const vdn = await newCampaign();
    const before = await contentsOf(service, vdn);
    const env = { ...serviceEnv(service.database.url), BODY_RATE_WINDOW_SECONDS: '1' };
    const impatient = await startApp('api', env);
    const connection = new RawConnection(impatient.url);
    connection.send(
      head(
        `POST /v1/vdns/${vdn}/campaigns/1/uploads HTTP/1.1`,
        AUTHORIZED,
        `Content-Type: ${NDJSON}`,
        'Content-Encoding: gzip',
        `Content-Length: ${whole.length}`,
      ),
    );
    connection.send(whole.subarray(0, 100));
    expect((await connection.answer()).status).toBe(408);
    expect(await contentsOf(service, vdn)).toEqual(before);
    await impatient.process.stop();
  });
});

describe('limits hold for what is inflated', () => {
  const TOO_LARGE = { type: 'urn:dialgate:problem:too-large' };
  // Blank lines are no records, so that only the bytes count.
  const blank = (bytes: number): Buffer => gzipSync(Buffer.alloc(bytes, '\n'));

  test('as many bytes as are allowed are taken, and not one more', async () => {
    const first = gzipSync(line(1));
    const rest = LIMIT - line(1).length;
    const taken = await post(await newCampaign(), Buffer.concat([first, blank(rest)]));
    expect(taken.status).toBe(202);
    await expectRefused(413, TOO_LARGE, Buffer.concat([first, blank(rest + 1)]));
  });

  test('members without content end at the limit as well', async () => {
    const member = gzipSync('');
    const many = Buffer.alloc(LIMIT - (LIMIT % member.length), member);
    await expectRefused(
      400,
      { type: 'urn:dialgate:problem:empty-upload' },
      many.subarray(0, 20_000),
    );
    await expectRefused(413, TOO_LARGE, Buffer.concat([many, member.subarray(0, 20), member]));
  });

  test('a JSON body may be 16 MiB', async () => {
    const spaces = ' '.repeat(16 * MIB);
    await expectRefused(413, TOO_LARGE, gzipSync(`{"callDataList":[]}${spaces}`), {
      type: 'application/json',
    });
  });

  test('a line may be 64 KiB', async () => {
    await expectRefused(413, TOO_LARGE, gzipSync(`"${'x'.repeat(65_536)}"`));
  });
});

describe('a bomb', () => {
  const servers = useServers({ name: 'postgres' });

  test('is refused at the limit, in little memory', async () => {
    const env = { ...servers.env, ...SMALL_HEAP, UPLOAD_MAX_BYTES: String(16 * MIB) };
    const api = await startApp('api', env);
    const client = new ApiClient(api.url);
    await client.putCampaign(1, 1, unpaced());
    const before = await peakMemory(api.process.pid);
    // 25 MB that are 25 GB, of which 16 MiB may come out.
    const member = gzipSync(Buffer.alloc(100 * MIB, '\n'));
    const answer = await client.send('POST', '/v1/vdns/1/campaigns/1/uploads', {
      headers: { 'content-type': NDJSON, 'content-encoding': 'gzip' },
      body: Buffer.alloc(256 * member.length, member),
    });
    expect(answer.status).toBe(413);
    expect((await peakMemory(api.process.pid)) - before).toBeLessThan(64 * MIB);
    expect(await servers.database.query('SELECT 1 FROM uploads')).toEqual([]);
    await api.process.stop();
  });
});

describe('codings', () => {
  const UNSUPPORTED = { type: 'urn:dialgate:problem:unsupported-media-type' };

  test.each(['br', 'deflate', 'zstd', 'compress', 'gzip, gzip', 'gzip, br', 'GZIPPED'])(
    '%s is 415, and says what is understood',
    async (coding) => {
      const answer = await expectRefused(
        415,
        {
          ...UNSUPPORTED,
          detail: 'Content-Encoding: not understood here; understood: gzip, identity',
        },
        Buffer.from(line(1)),
        { coding },
      );
      expect(answer.headers.get('accept-encoding')).toBe('gzip, identity');
    },
  );

  test('identity is none', async () => {
    const taken = await post(await newCampaign(), Buffer.from(line(1)), { coding: 'identity' });
    expect(taken.status).toBe(202);
  });

  test('other calls take none', async () => {
    const vdn = await newCampaign();
    const before = await contentsOf(service, vdn);
    const body = gzipSync(JSON.stringify({ callDataList: records(random, 1) }));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const call = `/rest/isales/v2/openapi/campaigns/${vdn}/calldata/1`;
    for (const [method, path] of [
      ['POST', call],
      ['PUT', `/v1/vdns/${vdn}/campaigns/2`],
    ] as const) {
      const answer = await service.client.send<object>(method, path, { headers, body });
      expect([answer.status, answer.json()]).toMatchObject([415, UNSUPPORTED]);
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    }
    expect(await contentsOf(service, vdn)).toEqual(before);
  });
});
