import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_POLICY } from '#domain';
import { UploadService } from '#ingestion';
import { CampaignStore, Presence } from '#persistence';
import type { Database } from '#persistence';
import { LaneQueue } from '#queue';
import { startWorker } from '../apps/worker/src/worker.ts';
import { copyRecords } from './copy-baseline.ts';
import { bodyChunks, recordLines } from './records.ts';
import type { Report } from './report.ts';
import { withServers } from './servers.ts';
import type { Bench } from './servers.ts';

const CAMPAIGNS = 20;
const RECORDS = 200_000;
const VDN = 1;

/**
 * Draining: 20 campaigns without an interval, 200,000 records, from the seal of their uploads to the last admission, by
 * one worker with its default concurrency, as a ratio to `COPY` of the same rows.
 */
export function drain(): Promise<Report> {
  return withServers(async (bench) => {
    const { settings, servers, log, running } = bench;
    const worker = await startWorker(settings, servers, log);
    running.add('worker', () => worker.stop());
    await uploadEverywhere(bench);
    const drained = await drainRate(servers.database);
    const alone = await copyRecords(settings.databaseUrl, 1);
    const together = await copyRecords(settings.databaseUrl, settings.workerConcurrency);
    const best = Math.max(alone, together);
    return {
      name: `drain: ${RECORDS} records, ${CAMPAIGNS} campaigns, queues in ${servers.backend.kind}`,
      measures: [
        { name: 'drained', value: drained, unit: 'records/s' },
        { name: 'COPY, one connection', value: alone, unit: 'rows/s' },
        {
          name: `COPY, ${settings.workerConcurrency} connections`,
          value: together,
          unit: 'rows/s',
        },
      ],
      ratio: { of: 'drained to the faster COPY', value: drained / best, reach: 0.5 },
    };
  });
}

/** Stages an upload for every campaign, and seals them all at one moment: their bodies end together. */
async function uploadEverywhere({ settings, servers, running }: Bench): Promise<void> {
  const { database, backend } = servers;
  const lanes = new LaneQueue(backend);
  running.add('lanes', () => lanes.close());
  const presence = await Presence.open({
    databaseUrl: settings.databaseUrl,
    applicationName: 'dialgate-bench presence',
    onLost: rethrow,
  });
  running.add('presence', () => presence.close());
  const campaigns = new CampaignStore(database);
  const uploads = new UploadService(
    database,
    campaigns,
    presence,
    lanes,
    {
      maxRecords: RECORDS,
      maxNumbers: settings.uploadMaxNumbers,
      maxLineBytes: settings.uploadMaxLineBytes,
      timeZone: settings.timeZone,
      receivingTimeoutSeconds: settings.receivingTimeoutSeconds,
    },
    rethrow,
  );
  const gate = new Gate(CAMPAIGNS);
  const accepted = Array.from({ length: CAMPAIGNS }, async (_, index) => {
    const campaignId = index + 1;
    await campaigns.put(VDN, campaignId, { admissionIntervalMs: 0 });
    const lines = recordLines(String(campaignId), RECORDS / CAMPAIGNS);
    const body = gate.hold(bodyChunks(lines));
    return uploads.accept({
      vdnId: VDN,
      campaignId,
      batchId: null,
      policy: DEFAULT_POLICY,
      content: { format: 'ndjson', body },
      idempotency: null,
      accessKey: null,
    });
  });
  await Promise.all(accepted);
}

function rethrow(error: unknown): never {
  throw error;
}

/** Holds streams back at their end until all have come there. */
class Gate {
  #missing: number;
  readonly #opened: Promise<void>;
  #open: () => void = () => undefined;

  constructor(streams: number) {
    this.#missing = streams;
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  async *hold(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
    yield* chunks;
    if (--this.#missing === 0) this.#open();
    await this.#opened;
  }
}

/** Waits until everything is admitted; by the database's own clock, records a second. */
async function drainRate({ pool }: Database): Promise<number> {
  for (;;) {
    const { rows } = await pool.query<{ open: number; rate: number | null }>(
      `SELECT (SELECT count(*)::int FROM uploads WHERE finished_at IS NULL) AS open,
              (SELECT count(*)::float8 FROM records)
                / extract(epoch FROM (SELECT max(finished_at) - min(queued_at) FROM uploads))::float8 AS rate`,
    );
    const row = rows[0];
    if (row?.open === 0) return row.rate ?? 0;
    await sleep(100);
  }
}
