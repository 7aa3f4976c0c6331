import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DialgateClient } from '#client';
import type { Receipt } from '#client';
import { startApp, startWorkers, stopApps } from '../support/apps.ts';
import type { AppProcess } from '../support/apps.ts';
import { ADMIN_TOKEN, queueBackends, useServers } from '../support/backends.ts';
import { admissions, expectBalancedBooks, shortestGap } from '../support/ledger.ts';
import { anyCommand, CAMPAIGNS, settle, VDN } from '../support/model/commands.ts';
import type { World } from '../support/model/commands.ts';
import { allowedOutcomes, Ledger } from '../support/model/ledger.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';

const COMMANDS = { minLength: 300, maxLength: 300, size: 'max' } as const;

describe.each(queueBackends)('whatever comes, with queues on $name', (backend) => {
  const servers = useServers(backend);
  const random = seededRandom();
  const intervals = new Map(CAMPAIGNS.map((id) => [id, random.pick([0, 0, 40, 120])]));
  let apps: AppProcess[];
  let world: World;

  beforeAll(async () => {
    const api = await startApp('api', servers.env);
    // The records whose time has passed hold the others up until a sweep takes them out.
    apps = [api, ...(await startWorkers(2, { ...servers.env, SWEEP_INTERVAL_MS: '500' }))];
    const client = new DialgateClient({
      baseUrl: api.url,
      credentials: { token: ADMIN_TOKEN },
    });
    world = { client, database: servers.database };
    for (const campaignId of CAMPAIGNS) {
      await client.campaigns.put(
        { vdnId: VDN, campaignId },
        {
          admissionIntervalMs: intervals.get(campaignId) ?? 0,
          maxIncomplete: random.between(5, 60),
          batchSize: random.between(1, 20),
        },
      );
    }
    // A look at a counter from outside might miss a moment above the cap.
    await servers.database.query('CREATE TABLE overfilled (id bigint, incomplete int)');
    await servers.database.query(
      `CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         INSERT INTO overfilled VALUES (NEW.id, NEW.incomplete);
         RETURN NULL;
       END $$`,
    );
    await servers.database.query(
      `CREATE TRIGGER watch AFTER UPDATE ON campaigns FOR EACH ROW
         WHEN (NEW.incomplete > OLD.incomplete AND NEW.incomplete > NEW.max_incomplete)
         EXECUTE FUNCTION watch()`,
    );
  });

  afterAll(() => stopApps(apps));

  test('every record that was handed in is accounted for exactly once', async () => {
    const ledger = new Ledger();
    await fc.assert(
      fc.asyncProperty(fc.array(anyCommand, COMMANDS), (commands) =>
        fc.asyncModelRun(() => ({ model: ledger, real: world }), commands),
      ),
      // What has happened to the service cannot be undone for a second, shorter run.
      { seed: random.seed, numRuns: 1, endOnFailure: true },
    );
    for (const campaignId of CAMPAIGNS) {
      await world.client.campaigns.put({ vdnId: VDN, campaignId }, { maxIncomplete: 60 });
    }
    await waitFor(() => settle(ledger, world), {
      what: 'every upload to end',
      timeoutMs: 300_000,
      pollMs: 20,
    });
    await expectBalancedBooks(servers.database);
    expect(await servers.database.query('SELECT * FROM overfilled')).toEqual([]);
    const ids = await expectReceipts(ledger);
    await expectRecords(ledger, ids);
    await expectCampaigns(ledger);
    // Each command is a few requests: on a busy machine they take minutes.
  }, 600_000);

  /** @returns the data IDs of all that was accepted, with those of the synchronous calls */
  async function expectReceipts(ledger: Ledger): Promise<string[]> {
    const ids = [...ledger.called.keys()];
    for (const sent of ledger.uploads) {
      const receipts: Receipt[] = [];
      for await (const receipt of world.client.uploads.receipts(sent.id)) receipts.push(receipt);
      expect(receipts.map(({ line }) => line)).toEqual(sent.lines.map((_, index) => index + 1));
      receipts.forEach(({ outcome, dataId, called }, index) => {
        const line = sent.lines[index];
        if (line === undefined) return;
        const { id } = sent;
        const allowed = allowedOutcomes(ledger, sent, line);
        expect({ id, line, allowed, is: allowed.includes(outcome) ? 'allowed' : outcome }).toEqual({
          id,
          line,
          allowed,
          is: 'allowed',
        });
        expect(called).toBe(line.kind === 'invalid' ? `${line.number}x` : line.number);
        expect(dataId !== null).toBe(outcome === 'accepted' && !sent.dryRun);
        if (dataId === null) return;
        ids.push(dataId);
        if (line.recycleTime === 'past') {
          expect(ledger.ended.has(dataId)).toBe(false);
          ledger.ended.set(dataId, { fate: 'recycled', campaignId: sent.campaignId });
        }
      });
      const counted = Object.entries(sent.seen.counts).filter(([name]) => name !== 'received');
      for (const [name, count] of counted) {
        expect([name, receipts.filter(({ outcome }) => outcome === name).length]).toEqual([
          name,
          count,
        ]);
      }
    }
    return ids;
  }

  /** Each has a row, no row is anything else's, and each ended as the dialers said. */
  async function expectRecords(ledger: Ledger, ids: readonly string[]): Promise<void> {
    const rows = await servers.database.query<{ id: string; status: string }>(
      'SELECT id::text, status::text FROM records',
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(rows.filter(({ id, status }) => ledger.ended.get(id)?.fate !== status)).toEqual([]);
  }

  async function expectCampaigns(ledger: Ledger): Promise<void> {
    for (const campaignId of CAMPAIGNS) {
      const { records } = await world.client.campaigns.stats({ vdnId: VDN, campaignId });
      expect(records.byStatus).toEqual({
        waiting: 0,
        leased: 0,
        completed: ledger.endedIn(campaignId, 'completed'),
        failed: ledger.endedIn(campaignId, 'failed'),
        recycled: ledger.endedIn(campaignId, 'recycled'),
        deleted: ledger.endedIn(campaignId, 'deleted'),
      });
      const admitted = await admissions(servers.database, VDN, campaignId);
      expect(shortestGap(admitted)).toBeGreaterThanOrEqual(intervals.get(campaignId) ?? 0);
    }
  }
});
