import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { ApiClient } from '../support/api-client.ts';
import type { UploadView } from '../support/api-client.ts';
import { startApp, startWorkers, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { queueBackends, useServers } from '../support/backends.ts';
import { patientUrl } from '../support/database.ts';
import { records, unpaced } from '../support/factories.ts';
import { expectBalancedBooks } from '../support/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const VDN = 1;
const COMMANDS = ['cancel', 'pause', 'resume'] as const;

describe.each(queueBackends)('control of uploads, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  let api: AppProcess;
  let client: ApiClient;

  beforeAll(async () => {
    // Here many wait for each other: on a busy machine longer than a command otherwise does.
    api = await startApp('api', {
      ...servers.env,
      DATABASE_URL: patientUrl(servers.database.url),
      DATABASE_POOL_SIZE: '10',
    });
    client = new ApiClient(api.url);
  });

  afterAll(() => stopApps([api]));

  /** Receipts and counts tell the same of an upload that has ended. */
  async function expectReceiptsToAgree({ id, counts }: UploadView): Promise<void> {
    const told = { ...counts, received: 0 };
    for (const key of Object.keys(told) as (keyof typeof told)[]) told[key] = 0;
    const receipts = await client.receipts(id);
    for (const { outcome } of receipts) told[outcome as keyof typeof told] += 1;
    expect({ id, ...told, received: receipts.length }).toEqual({ id, ...counts });
    expect(receipts.map(({ line }) => line)).toEqual(
      Array.from({ length: counts.received }, (_, index) => index + 1),
    );
  }

  describe('while nobody sweeps', () => {
    let workers: AppProcess[];

    beforeAll(async () => {
      workers = await startWorkers(2, { ...servers.env, SWEEP_INTERVAL_MS: '60000' });
    });

    afterAll(() => stopApps(workers));

    test('a paused upload lets the next one go on, and keeps its place', async () => {
      await client.putCampaign(VDN, 1, unpaced({ maxIncomplete: 2, batchSize: 2 }));
      const first = await client.upload(VDN, 1, records(random, 4));
      await client.inState(first.id, 'waiting_capacity');
      const second = await client.upload(VDN, 1, records(random, 4));
      const third = await client.upload(VDN, 1, records(random, 1));
      await client.command(first.id, 'pause');
      // Its turn has come: it finds no room either.
      await client.inState(second.id, 'waiting_capacity');
      await client.putCampaign(VDN, 1, { maxIncomplete: 4 });
      await waitFor(async () => (await client.getUpload(second.id)).counts.accepted === 2, {
        what: 'the second to take the room',
      });
      await client.command(second.id, 'pause');
      await client.inState(third.id, 'waiting_capacity');
      await client.command(second.id, 'resume');
      await client.inState(second.id, 'waiting_capacity');
      await client.command(first.id, 'resume');
      await client.inState(first.id, 'waiting_capacity');
      await client.putCampaign(VDN, 1, { maxIncomplete: 6 });
      expect(await client.finished(first.id)).toMatchObject({ state: 'completed' });
      expect(await client.getUpload(second.id)).toMatchObject({ counts: { accepted: 2 } });
      await client.command(second.id, 'cancel');
      await client.putCampaign(VDN, 1, { maxIncomplete: 7 });
      expect(await client.finished(third.id)).toMatchObject({ state: 'completed' });
      await expectBalancedBooks(servers.database);
    });

    test('a command in the middle of an admission waits for it', async () => {
      await client.putCampaign(VDN, 2, { admissionIntervalMs: 60_000, batchSize: 1 });
      const { id } = await client.upload(VDN, 2, records(random, 3));
      await client.inState(id, 'running');
      const lane = new pg.Client({ connectionString: servers.database.url });
      await lane.connect();
      await lane.query('BEGIN');
      await lane.query('SELECT 1 FROM uploads WHERE id = $1 FOR UPDATE', [id]);
      const paused = client.command(id, 'pause');
      const cancelled = client.command(id, 'cancel');
      await untilWaitingForLocks(2);
      await lane.query('UPDATE uploads SET accepted = accepted + 1 WHERE id = $1', [id]);
      await lane.query('COMMIT');
      expect((await cancelled).json()).toMatchObject({
        state: 'cancelled',
        counts: { accepted: 2, dropped: 1, pending: 0 },
      });
      expect([200, 409]).toContain((await paused).status);
      // The books were cooked.
      await servers.database.query(
        'UPDATE uploads SET accepted = accepted - 1, dropped = dropped + 1 WHERE id = $1',
        [id],
      );
      await lane.end();
    });

    test('a command to an upload whose admission hangs is given up, and can be repeated', async () => {
      await client.putCampaign(VDN, 3, { admissionIntervalMs: 60_000, batchSize: 1 });
      const { id } = await client.upload(VDN, 3, records(random, 3));
      await client.inState(id, 'running');
      const lane = new pg.Client({ connectionString: servers.database.url });
      await lane.connect();
      await lane.query('BEGIN');
      await lane.query('SELECT 1 FROM uploads WHERE id = $1 FOR UPDATE', [id]);
      const usual = await startApp('api', servers.env);
      const answer = await new ApiClient(usual.url).command(id, 'cancel');
      expect([answer.status, answer.json()]).toMatchObject([
        503,
        {
          code: '0200006',
          detail:
            'the database failed; whether this call took effect is not known; it can be repeated without harm',
        },
      ]);
      expect(answer.headers.get('retry-after')).toBe('5');
      await lane.query('ROLLBACK');
      await lane.end();
      expect((await client.command(id, 'cancel')).json()).toMatchObject({
        counts: { accepted: 1, dropped: 2 },
      });
      await usual.process.stop();
    });

    test('a cancellation that races with the last batch is before it or after it', async () => {
      await client.putCampaign(VDN, 4, unpaced());
      const ends = new Map<string, number>();
      for (let round = 0; round < 40; round += 1) {
        const { id } = await client.upload(VDN, 4, records(random, 2));
        const answers = await Promise.all([
          client.command(id, 'cancel'),
          client.command(id, 'cancel'),
        ]);
        const upload = await client.finished(id);
        const admitted = upload.state === 'completed';
        expect(answers.map(({ status }) => status)).toEqual(admitted ? [409, 409] : [200, 200]);
        expect(upload).toMatchObject(
          admitted
            ? { state: 'completed', counts: { accepted: 2, dropped: 0 } }
            : { state: 'cancelled', counts: { accepted: 0, dropped: 2 } },
        );
        ends.set(upload.state, (ends.get(upload.state) ?? 0) + 1);
      }
      expect(Array.from(ends.values()).reduce((sum, count) => sum + count, 0)).toBe(40);
      await expectBalancedBooks(servers.database);
    });

    test('commands at random, many at once, leave exact accounts', async () => {
      const uploads: UploadView[] = [];
      for (const campaign of [5, 6]) {
        await client.putCampaign(VDN, campaign, unpaced({ batchSize: 7, maxIncomplete: 900 }));
        for (let count = 0; count < 4; count += 1) {
          uploads.push(await client.upload(VDN, campaign, records(random, 300)));
        }
      }
      const somebody = async (): Promise<void> => {
        for (let count = 0; count < 25; count += 1) {
          const { id } = random.pick(uploads);
          // Cancellations end it all too soon if they are as frequent as the others.
          const command =
            random.next() < 0.05 ? 'cancel' : random.pick(['pause', 'resume'] as const);
          const { status } = await client.command(id, command);
          expect([200, 409]).toContain(status);
          const { counts } = await client.getUpload(id);
          const { received, ...parts } = counts;
          expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(received);
        }
      };
      await Promise.all(Array.from({ length: 6 }, somebody));
      for (const { id } of uploads) await client.command(id, 'resume');
      for (const campaign of [5, 6]) await client.putCampaign(VDN, campaign, unpaced());
      for (const campaign of [5, 6]) {
        await client.putCampaign(VDN, campaign, { maxIncomplete: 200_000 });
      }
      for (const { id } of uploads) {
        const ended = await client.finished(id);
        expect(['completed', 'cancelled']).toContain(ended.state);
        await expectReceiptsToAgree(ended);
      }
      await expectBalancedBooks(servers.database);
    });
  });

  test.each(COMMANDS)(
    'a wake-up that was lost after a %s is made up for by a sweep',
    async (command) => {
      const campaign = 10 + COMMANDS.indexOf(command);
      await client.putCampaign(VDN, campaign, unpaced({ maxIncomplete: 2 }));
      const first = await client.upload(VDN, campaign, records(random, 4));
      const second = await client.upload(VDN, campaign, records(random, 2));
      if (command === 'resume') {
        for (const { id } of [first, second]) await client.command(id, 'pause');
      }
      // The worker finds the first one's turn, and leaves the lane; hours pass.
      const worker = await startApp('worker', servers.env);
      if (command !== 'resume') await client.inState(first.id, 'waiting_capacity');
      await servers.database.query(
        `UPDATE uploads SET queued_at = queued_at - interval '3 hours' WHERE campaign_id = $1`,
        [campaign],
      );
      await servers.database.query(
        `UPDATE batches SET admitted_at = admitted_at - interval '3 hours'
          WHERE upload_id IN (SELECT id FROM uploads WHERE campaign_id = $1)`,
        [campaign],
      );
      // As the statement of the command does it, without what follows it.
      const statement = {
        cancel: `UPDATE uploads SET state = 'cancelled', dropped = received - accepted, finished_at = now() WHERE id = $1`,
        pause: `UPDATE uploads SET state = 'paused' WHERE id = $1`,
        resume: `UPDATE uploads SET state = 'queued' WHERE id = $1`,
      }[command];
      await servers.database.query(statement, [first.id]);
      await servers.database.query(
        `UPDATE campaigns SET last_admission_at = last_admission_at - interval '3 hours', max_incomplete = $2
          WHERE id = $1`,
        [campaign, command === 'resume' ? 2 : 4],
      );
      if (command === 'resume') {
        await waitFor(async () => (await client.getUpload(first.id)).counts.accepted === 2, {
          what: 'the resumed one to go on',
        });
      } else {
        expect(await client.finished(second.id)).toMatchObject({ state: 'completed' });
      }
      await stopApps([worker]);
    },
  );

  async function untilWaitingForLocks(count: number): Promise<void> {
    await waitFor(
      async () => {
        const waits = await servers.database.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waits.length === count;
      },
      { what: `${count} commands to stand in line` },
    );
  }
});
