import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import type { UploadView } from '../support/api-client.ts';
import { startApp, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { lease, report } from '../support/dialer.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;

describe.each(queueBackends)('an upload larger than the room, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  let api: AppProcess;
  let client: ApiClient;

  beforeAll(async () => {
    api = await startApp('api', servers.env);
    client = new ApiClient(api.url);
    // What every campaign's counter ever was, for a look at it from outside might miss a moment.
    await servers.database.query(
      'CREATE TABLE watched (campaign_id bigint, incomplete int, max_incomplete int)',
    );
    await servers.database.query(
      `CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         INSERT INTO watched VALUES (NEW.id, NEW.incomplete, NEW.max_incomplete);
         RETURN NULL;
       END $$`,
    );
    await servers.database.query(
      'CREATE TRIGGER watch AFTER UPDATE ON campaigns FOR EACH ROW EXECUTE FUNCTION watch()',
    );
  });

  afterAll(() => stopApps([api]));

  /** Waits until so many of it are accepted and the rest waits for room. */
  const waiting = (id: string, accepted: number): Promise<UploadView> =>
    waitFor(
      async () => {
        const upload = await client.getUpload(id);
        const { state, counts } = upload;
        return state === 'waiting_capacity' && counts.accepted === accepted ? upload : undefined;
      },
      { what: `${accepted} records to be accepted and the others to wait`, pollMs: 20 },
    );

  async function expectNeverAboveTheCap(campaign: number): Promise<void> {
    const watched = await servers.database.query<{ over: boolean }>(
      'SELECT incomplete > max_incomplete AS over FROM watched WHERE campaign_id = $1',
      [campaign],
    );
    expect(watched.length).toBeGreaterThan(0);
    expect(watched.filter(({ over }) => over)).toEqual([]);
  }

  describe('while nobody sweeps', () => {
    let worker: AppProcess;

    beforeAll(async () => {
      // The first sweep is at its start, when there is nothing to wake yet; the next one would be a minute later.
      worker = await startApp('worker', { ...servers.env, SWEEP_INTERVAL_MS: '60000' });
    });

    afterAll(() => stopApps([worker]));

    test('waits, and goes on when the cap is raised', async () => {
      await client.putCampaign(VDN, 1, unpaced({ maxIncomplete: 5, batchSize: 4 }));
      const { id } = await client.upload(VDN, 1, records(random, 11));
      expect(await waiting(id, 5)).toMatchObject({
        counts: { received: 11, accepted: 5, pending: 6 },
        batches: { total: 3, done: 1 },
        finishedAt: null,
      });
      await client.putCampaign(VDN, 1, { maxIncomplete: 9 });
      await waiting(id, 9);
      // As much as there is already: no room comes of it.
      await client.putCampaign(VDN, 1, { maxIncomplete: 9 });
      await client.putCampaign(VDN, 1, { maxIncomplete: 11 });
      expect(await client.finished(id)).toMatchObject({ state: 'completed' });
      const receipts = await client.receipts(id);
      expect(receipts.map(({ line }) => line)).toEqual(Array.from({ length: 11 }, (_, n) => n + 1));
      expect(new Set(receipts.map(({ dataId }) => dataId)).size).toBe(11);
      await expectNeverAboveTheCap(1);
      await expectBalancedBooks(servers.database);
    });

    test('waits, and the rest is refused when the campaign is completed', async () => {
      await client.putCampaign(VDN, 2, unpaced({ maxIncomplete: 5, batchSize: 4 }));
      const first = await client.upload(VDN, 2, records(random, 11));
      await waiting(first.id, 5);
      const second = await client.upload(VDN, 2, records(random, 3));
      await client.putCampaign(VDN, 2, { state: 'completed' });
      expect(await client.finished(first.id)).toMatchObject({
        state: 'completed_with_errors',
        counts: { received: 11, accepted: 5, refused: 6, pending: 0 },
      });
      expect(await client.finished(second.id)).toMatchObject({
        state: 'completed_with_errors',
        counts: { received: 3, accepted: 0, refused: 3, pending: 0 },
      });
      const fates = (await client.receipts(first.id)).map(({ line, outcome, code, dataId }) => ({
        line,
        outcome,
        code,
        hasId: dataId !== null,
      }));
      expect(fates).toEqual(
        Array.from({ length: 11 }, (_, n) =>
          n < 5
            ? { line: n + 1, outcome: 'accepted', code: null, hasId: true }
            : { line: n + 1, outcome: 'refused', code: '0200019', hasId: false },
        ),
      );
      await expectBalancedBooks(servers.database);
    });

    test('takes no slot from calls, and lets no later upload pass, while results make room', async () => {
      await client.putCampaign(VDN, 4, {
        admissionIntervalMs: 50,
        maxIncomplete: 4,
        batchSize: 3,
      });
      const first = await client.upload(VDN, 4, records(random, 11));
      await waiting(first.id, 4);
      const second = await client.upload(VDN, 4, records(random, 2));
      // A lane that tried again and again would have the slot, or keep the second call from it.
      for (let n = 0; n < 2; n++) {
        const call = await client.call(VDN, 4, records(random, 1));
        expect(call.json().resultCode).toBe('0200020');
      }
      expect(await client.getUpload(second.id)).toMatchObject({
        state: 'queued',
        startedAt: null,
        counts: { pending: 2 },
      });
      await waitFor(
        async () => {
          const leased = await lease(client, VDN, 4, { limit: 2, leaseSeconds: 3_600 });
          if (leased.length > 0) {
            await report(
              client,
              VDN,
              leased.map(({ dataId }) => ({ dataId, result: 'completed' })),
            );
          }
          const behind = await client.getUpload(second.id);
          const ahead = await client.getUpload(first.id);
          if (ahead.counts.pending > 0) expect(behind.counts.accepted).toBe(0);
          return behind.counts.pending === 0;
        },
        { what: 'both uploads to be admitted', pollMs: 20 },
      );
      for (const { id } of [first, second]) {
        expect(await client.finished(id)).toMatchObject({ state: 'completed' });
      }
      await expectNeverAboveTheCap(4);
      await expectBalancedBooks(servers.database);
    });
  });

  test('waits, and goes on as its records complete: the sweep sees that there is room', async () => {
    const worker = await startApp('worker', servers.env);
    await client.putCampaign(VDN, 3, unpaced({ maxIncomplete: 5, batchSize: 4 }));
    const { id } = await client.upload(VDN, 3, records(random, 11));
    for (const accepted of [5, 8]) {
      await waiting(id, accepted);
      await servers.database.query(
        `WITH called AS (
           UPDATE records SET status = 'completed', ended_at = clock_timestamp()
            WHERE id IN (SELECT id FROM records WHERE campaign_id = 3 AND status = 'waiting' ORDER BY id LIMIT 3)
         )
         UPDATE campaigns SET incomplete = incomplete - 3 WHERE id = 3`,
      );
    }
    expect(await client.finished(id)).toMatchObject({ state: 'completed' });
    await expectNeverAboveTheCap(3);
    await expectBalancedBooks(servers.database);
    await stopApps([worker]);
  });
});
