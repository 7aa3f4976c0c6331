import { expect, test } from '@jest/globals';
import type { Database } from '#persistence';
import { CallProcessor } from './call.processor.ts';
import { HeldCampaigns, PAUSE_MS } from './held-campaigns.ts';

const STOPPING = new AbortController().signal;
const AGAIN = { kind: 'again', inMs: PAUSE_MS };

test('of a campaign that somebody holds the other calls come again without a look at the database', async () => {
  let transactions = 0;
  const transaction = (): Promise<never> => {
    transactions += 1;
    // As Postgres says it.
    return Promise.reject(Object.assign(new Error('canceling statement'), { code: '55P03' }));
  };
  const told: string[] = [];
  const held = new HeldCampaigns(() => 0);
  const database = { transaction } as unknown as Database;
  const processor = new CallProcessor(database, ({ callId }) => told.push(callId), held);
  const process = (callId: string, campaignId: number) =>
    processor.process({ callId, vdnId: 1, campaignId }, STOPPING);

  expect(await process('first', 46)).toEqual(AGAIN);
  expect(await process('second', 46)).toEqual(AGAIN);
  expect(transactions).toBe(1);
  expect(await process('of another', 47)).toEqual(AGAIN);
  expect(transactions).toBe(2);
  expect(told).toEqual(['first', 'of another']);
});
