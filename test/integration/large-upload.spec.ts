import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { UploadView } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { record, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { peakMemory, SMALL_HEAP } from '../support/memory.ts';
import { seededRandom } from '../support/random.ts';
import { StreamedUpload } from '../support/streamed-upload.ts';

const VDN = 1;
const COUNT = 200_000;
const WARM_UP = 20_000;
const MIB = 1024 * 1024;

/**
 * What receiving the large upload may add to the most memory that the API ever took before. Its body has more than
 * 90 MiB, so a process that holds it whole, or its records, goes far beyond. What does grow with the upload are the
 * fingerprints of its numbers, by which duplicates are found, some 10 MiB here; in all some 25 MiB were measured.
 */
const MOST_GROWTH = 64 * MIB;

describe.each(queueBackends)('an upload of 200,000 records, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  let api: AppProcess;
  let worker: AppProcess;
  let client: ApiClient;

  beforeAll(async () => {
    [api, worker] = await Promise.all([
      startApp('api', { ...servers.env, ...SMALL_HEAP }),
      startApp('worker', servers.env),
    ]);
    client = new ApiClient(api.url);
  });

  afterAll(() => stopApps([api, worker]));

  /** Sends so many records of some 480 bytes, made while they are sent, and answers with the upload and its bytes. */
  async function send(campaign: number, count: number): Promise<UploadView & { bytes: number }> {
    await client.putCampaign(VDN, campaign, unpaced());
    const upload = new StreamedUpload(api.url, VDN, campaign);
    const callData = JSON.stringify({ fullName: 'Lin Zihang', note: 'n'.repeat(300) });
    let bytes = 0;
    for (let place = 0; place < count; place += 1_000) {
      let text = '';
      for (let next = place; next < place + 1_000; next += 1) {
        text += `${JSON.stringify(record(random, next, { callData }))}\n`;
      }
      bytes += text.length;
      await upload.write(text);
    }
    const answer = await upload.end();
    expect(answer.status).toBe(202);
    return { ...(JSON.parse(answer.text) as UploadView), bytes };
  }

  test('is received in constant memory; all its receipts are there, in order, with ascending IDs', async () => {
    const first = await send(1, WARM_UP);
    await client.finished(first.id);
    await client.receipts(first.id);

    const before = await peakMemory(api.process.pid);
    const upload = await send(2, COUNT);
    const growth = (await peakMemory(api.process.pid)) - before;
    expect(upload.bytes).toBeGreaterThan(90 * MIB);
    expect(growth).toBeLessThan(MOST_GROWTH);

    const { state, counts } = await client.finished(upload.id, 120_000);
    expect({ state, counts }).toMatchObject({
      state: 'completed',
      counts: { received: COUNT, accepted: COUNT, pending: 0 },
    });
    const receipts = await client.receipts(upload.id);
    expect(receipts).toHaveLength(COUNT);
    // 19 digits each, so that they compare like the numbers they are.
    const wrong = receipts.filter(({ line, outcome, dataId }, index) => {
      const previous = receipts[index - 1]?.dataId ?? '';
      return (
        line !== index + 1 || outcome !== 'accepted' || dataId?.length !== 19 || dataId <= previous
      );
    });
    expect(wrong).toEqual([]);
    // Reading them is streaming as well.
    expect((await peakMemory(api.process.pid)) - before).toBeLessThan(MOST_GROWTH);
    await expectBalancedBooks(servers.database);
  });
});
