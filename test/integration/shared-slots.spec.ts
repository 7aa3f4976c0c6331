import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { admitCall, admitNextBatch } from '#ingestion';
import { Database, withdrawCall } from '#persistence';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { putDownCall, putDownUpload } from '../support/staged.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;
const INTERVAL_MS = 60_000;

// The turns are taken here: what is asserted is whose slot it is, and not who is faster.
let database: TestDatabase;
let service: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  service = new Database({
    url: database.url,
    poolSize: 2,
    applicationName: 'shared slots',
    onIdleError: () => undefined,
  });
});

afterAll(() => service.close());

/** A campaign whose slot comes now, after a call's admission. */
async function slotAfterCall(campaign: number): Promise<void> {
  await database.query(
    `INSERT INTO campaigns (vdn_id, id, admission_interval_ms, last_admission_at, last_admission_mode)
     VALUES ($1, $2, $3::int, clock_timestamp() - $3::int * interval '1 millisecond', 'sync')
         ON CONFLICT (vdn_id, id) DO UPDATE
        SET last_admission_at = excluded.last_admission_at, last_admission_mode = 'sync'`,
    [VDN, campaign, INTERVAL_MS],
  );
}

const lastMode = async (campaign: number): Promise<unknown> =>
  (
    await database.query('SELECT last_admission_mode AS mode FROM campaigns WHERE id = $1', [
      campaign,
    ])
  )[0]?.mode;

test('a slot that comes after a call is a batch’s, before that of the next call, which has the one behind', async () => {
  await slotAfterCall(1);
  await putDownUpload(service.pool, 1, 100);
  const call = await waitFor(
    async () => {
      // A quarter of a second that a busy machine may take longer for: then once more.
      await slotAfterCall(1);
      const callId = await putDownCall(service.pool, 1);
      const turn = await admitCall(service, callId);
      await admitNextBatch(service, VDN, 1);
      if (turn.kind === 'wait' && (await lastMode(1)) === 'async') return callId;
      await withdrawCall(service.pool, callId);
      return undefined;
    },
    { what: 'a call to leave the slot to a batch' },
  );

  // The next slot is kept for the call, and nobody else's.
  expect((await admitCall(service, call)).kind).toBe('wait');
  await database.query(
    `UPDATE campaigns SET last_admission_at = last_admission_at - $1 * interval '1 millisecond'`,
    [INTERVAL_MS],
  );
  await admitNextBatch(service, VDN, 1);
  expect(await lastMode(1)).toBe('async');
  expect(await admitCall(service, call)).toEqual({ kind: 'decided' });
  expect(await lastMode(1)).toBe('sync');
});

test.each([
  [11, 'there is no upload', null],
  [12, 'the upload waits for room', 'waiting_capacity'],
  [13, 'the upload is paused', 'paused'],
])('in campaign %d it is the next call’s at once: %s', async (campaign, _, state) => {
  await slotAfterCall(campaign);
  if (state !== null) {
    const id = await putDownUpload(service.pool, campaign, 1);
    await database.query('UPDATE uploads SET state = $2::upload_state WHERE id = $1', [id, state]);
  }
  const callId = await putDownCall(service.pool, campaign);
  await slotAfterCall(campaign);
  expect(await admitCall(service, callId)).toEqual({ kind: 'decided' });
});
