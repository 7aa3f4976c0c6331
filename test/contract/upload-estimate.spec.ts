import { expect, test } from '@jest/globals';
import type { UploadView } from '../support/api-client.ts';
import { records } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { newVdn, useService } from './service.ts';

const service = useService();
const random = seededRandom();

const INTERVAL_MS = 60_000;

/** How long after the last admission of the campaign the upload is said to be finished; null: that is not said. */
async function slotsUntilEnd(id: string, vdn: number): Promise<number | null> {
  const upload = await service.client.getUpload(id);
  const { items } = (
    await service.client.get<{ items: UploadView[] }>(`/v1/vdns/${vdn}/uploads`)
  ).json();
  const listed = items.find((item) => item.id === id);
  expect(listed?.estimatedFinishAt).toBe(upload.estimatedFinishAt);
  if (typeof upload.estimatedFinishAt !== 'string') return null;
  const [row] = await service.database.query<{ at: Date }>(
    'SELECT last_admission_at AS at FROM campaigns WHERE vdn_id = $1 AND id = 1',
    [vdn],
  );
  const at = new Date(upload.estimatedFinishAt).getTime();
  return (at - (row?.at.getTime() ?? 0)) / INTERVAL_MS;
}

test('the estimated end counts the slots of those before it, and the room', async () => {
  const { client } = service;
  const vdn = newVdn();
  await client.putCampaign(vdn, 1, { admissionIntervalMs: INTERVAL_MS, batchSize: 2 });
  const first = await client.upload(vdn, 1, records(random, 6));
  await client.inState(first.id, 'running');
  const second = await client.upload(vdn, 1, records(random, 3));
  const third = await client.upload(vdn, 1, records(random, 2));
  const all = async (): Promise<(number | null)[]> => [
    await slotsUntilEnd(first.id, vdn),
    await slotsUntilEnd(second.id, vdn),
    await slotsUntilEnd(third.id, vdn),
  ];
  expect((await all()).map((slots) => slots?.toFixed(3))).toEqual(['2.000', '4.000', '5.000']);

  // Two records are admitted; the first two uploads need four and three places more.
  await client.putCampaign(vdn, 1, { maxIncomplete: 8 });
  expect((await all()).map((slots) => slots?.toFixed(3))).toEqual(['2.000', undefined, undefined]);

  // A paused one is passed over.
  await client.command(first.id, 'pause');
  expect((await all()).map((slots) => slots?.toFixed(3))).toEqual([undefined, '2.000', '3.000']);

  const cancelled = (await client.command(second.id, 'cancel')).json();
  expect(cancelled.estimatedFinishAt).toBe(cancelled.finishedAt);
  expect((await all())[2]?.toFixed(3)).toBe('1.000');
});
