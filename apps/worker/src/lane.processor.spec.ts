import { expect, test } from '@jest/globals';
import type { Database } from '#persistence';
import { LaneProcessor } from './lane.processor.ts';

test('lanes that stand in line when the process is stopping begin no admission', async () => {
  const under: (() => void)[] = [];
  const database = {
    transaction: () =>
      new Promise((resolve) => {
        under.push(() => {
          resolve({ kind: 'idle' });
        });
      }),
  } as unknown as Database;
  const processor = new LaneProcessor(database, 2);
  const stop = new AbortController();
  const lanes = [1, 2, 3, 4].map((campaignId) =>
    processor.process({ vdnId: 1, campaignId }, stop.signal),
  );
  await new Promise(setImmediate);
  expect(under).toHaveLength(2);
  stop.abort();
  for (const end of under) end();
  expect(await Promise.all(lanes)).toEqual([
    { kind: 'done' },
    { kind: 'done' },
    { kind: 'again', inMs: 0 },
    { kind: 'again', inMs: 0 },
  ]);
  expect(under).toHaveLength(2);
});
