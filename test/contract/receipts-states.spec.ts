import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isFinished } from '#domain';
import type { UploadState } from '#domain';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { useServers } from '../support/backends.ts';
import { unpaced } from '../support/factories.ts';
import { newVdn } from './service.ts';

// Without a worker, which would go on with what is made here.
const servers = useServers({ name: 'postgres' });
let api: AppProcess;
beforeAll(async () => {
  api = await startApp('api', servers.env);
});
afterAll(() => api.process.stop());

interface Made {
  readonly state: UploadState;
  readonly error?: object;
  readonly dryRun?: boolean;
  /** Of each batch of three records; absent where it has not been looked at, and in no dry run. */
  readonly wouldFit?: readonly (number | null)[];
  /** Numbers of the records that have a rejection beside their batch's payload. */
  readonly blocked?: readonly number[];
}

/** An upload of six records in two batches, nothing of it admitted, as it stands in the database. */
async function made({ state, error, dryRun, wouldFit, blocked = [] }: Made): Promise<string> {
  const vdn = newVdn();
  await new ApiClient(api.url).putCampaign(vdn, 1, unpaced());
  const id = randomUUID();
  await servers.database.query(
    `INSERT INTO uploads (id, vdn_id, campaign_id, mode, state, source_format, dry_run, received,
                          refused, batches_total, queue_number, queued_at, finished_at, error)
     VALUES ($1, $2, 1, 'async', $3::upload_state, 'ndjson', $4, 6, CASE WHEN $5 THEN 6 ELSE 0 END, 2,
             nextval('upload_queue_number_seq'), now(), CASE WHEN $5 THEN now() END, $6)`,
    [id, vdn, state, dryRun ?? false, isFinished(state), error ?? null],
  );
  for (const first of [1, 4]) {
    const lines = [first, first + 1, first + 2];
    await servers.database.query(
      `INSERT INTO batches (upload_id, number, first_line, size, payload, lines, priorities, recycle_at,
                            numbers, number_places, would_fit)
       VALUES ($1, $2, $3, 3, $4, $5, '{3,3,3}', '{null,null,null}', $6, '{0,1,2}', $7)`,
      [
        id,
        first === 1 ? 1 : 2,
        first,
        lines.map((line) => `{"called":[{"calledNo":"${line}"}]}`).join('\n'),
        lines,
        lines.map(String),
        wouldFit?.[first === 1 ? 0 : 1] ?? null,
      ],
    );
  }
  for (const line of blocked) {
    await servers.database.query(
      `INSERT INTO rejected_records (upload_id, line, outcome, fault, source)
       VALUES ($1, $2::int, 'blocklisted', '{"code":"0200024","place":"called[0].calledNo"}',
               convert_to('{"called":[{"calledNo":"' || $2::int || '"}]}', 'UTF8'))`,
      [id, line],
    );
  }
  return id;
}

const outcomesOf = async (id: string, query = ''): Promise<string[]> =>
  (await new ApiClient(api.url).receipts(id, query)).map(
    ({ line, called, outcome, dataId, code }) =>
      `${line} ${called === String(line) ? '' : 'of another '}${outcome}${code === null ? '' : ` ${code}`}${dataId === null ? '' : ` ${dataId}`}`,
  );

describe('records that are in their batches still', () => {
  test.each(['queued', 'running', 'waiting_capacity', 'paused'] as const)(
    'are pending while the upload is %s',
    async (state) => {
      const id = await made({ state });
      expect(await outcomesOf(id)).toEqual([1, 2, 3, 4, 5, 6].map((line) => `${line} pending`));
      expect(await outcomesOf(id, '?outcome=rejected')).toEqual([]);
    },
  );

  test('are dropped when it was cancelled', async () => {
    const id = await made({ state: 'cancelled', blocked: [2] });
    const expected = [
      '1 dropped',
      '2 blocklisted 0200024',
      ...[3, 4, 5, 6].map((l) => `${l} dropped`),
    ];
    expect(await outcomesOf(id)).toEqual(expected);
    expect(await outcomesOf(id, '?outcome=dropped')).toEqual(
      expected.filter((line) => line.endsWith('dropped')),
    );
  });

  test("are refused with the upload's error when it was given up, but for what was rejected", async () => {
    const error = { code: '0200024', place: 'called[0].calledNo' };
    const id = await made({ state: 'failed', error, blocked: [5] });
    expect(await outcomesOf(id, '?outcome=rejected')).toEqual(
      [1, 2, 3, 4, 5, 6].map((line) =>
        line === 5 ? '5 blocklisted 0200024' : `${line} refused 0200024`,
      ),
    );
    expect(await outcomesOf(id, '?outcome=blocklisted')).toEqual(['5 blocklisted 0200024']);
    expect(await outcomesOf(id, '?outcome=accepted')).toEqual([]);
  });

  test('are what they would be after a dry run', async () => {
    const id = await made({
      state: 'completed_with_errors',
      dryRun: true,
      wouldFit: [3, 1],
      blocked: [2, 6],
    });
    const expected = [
      '1 accepted',
      '2 blocklisted 0200024',
      '3 accepted',
      '4 accepted',
      '5 refused 0200020',
      '6 blocklisted 0200024',
    ];
    expect(await outcomesOf(id)).toEqual(expected);
    expect(await outcomesOf(id, '?outcome=accepted')).toEqual([
      '1 accepted',
      '3 accepted',
      '4 accepted',
    ]);
    expect(await outcomesOf(id, '?outcome=refused')).toEqual(['5 refused 0200020']);
    expect(await outcomesOf(id, '?outcome=pending')).toEqual([]);
  });

  test('are pending in the batches that a dry run has not come to', async () => {
    const id = await made({ state: 'running', dryRun: true, wouldFit: [2, null] });
    expect(await outcomesOf(id)).toEqual([
      '1 accepted',
      '2 accepted',
      '3 refused 0200020',
      '4 pending',
      '5 pending',
      '6 pending',
    ]);
  });
});
