import { DialerService } from '#ingestion';
import { CampaignStore } from '#persistence';
import type { Database } from '#persistence';
import { LaneQueue } from '#queue';
import { recordLines } from './records.ts';
import type { Measure, Report } from './report.ts';
import { withServers } from './servers.ts';

const VDN = 1;
const CAMPAIGN = 1;
/** Campaigns in the table; of all but the first the records have ended. */
const CAMPAIGNS = 25;
const RECORDS = 5_000_000;
const LIMIT = 100;
const ROUNDS = 200;
const WARM_UP = 50;
/** Leased and completed between the two measurements of a steady run. */
const STEADY = 100_000;
const LEASE_SECONDS = 60;
/** The first data ID there is. */
const FIRST_ID = 10n ** 18n;
const [SOURCE = ''] = recordLines('leases', 1);

/**
 * Handing out 100 records: from a backlog of 200,000 in a table of 5,000,000, as a ratio to a backlog of 100 in a table
 * that holds nothing else and is vacuumed after each, while the large one is left as it gets. The connections are the same, so their statements were planned on the empty table. Then once
 * more after 100,000 records were leased and completed without a pause, whose dead index entries are in the way.
 */
export function leases(): Promise<Report> {
  return withServers(async ({ servers, running }) => {
    const { database, backend } = servers;
    const lanes = new LaneQueue(backend);
    running.add('lanes', () => lanes.close());
    const campaigns = new CampaignStore(database);
    const dialer = new DialerService(database, campaigns, lanes, (error) => {
      throw error;
    });
    await campaigns.put(VDN, CAMPAIGN, {});
    await fill(database, 0, LIMIT, 1);
    const empty = await leaseMs(dialer, () => vacuum(database));
    await fill(database, LIMIT, RECORDS, CAMPAIGNS);
    const full = await leaseMs(dialer);
    const steadyMs = await completeMany(dialer);
    const steady = await leaseMs(dialer);
    const measures: Measure[] = [
      { name: 'a lease, backlog 100, nothing else', value: empty, unit: 'ms' },
      { name: 'a lease, backlog 200,000 of 5,000,000', value: full, unit: 'ms' },
      { name: `a lease, after ${STEADY} completions`, value: steady, unit: 'ms' },
      {
        name: 'leased and completed meanwhile',
        value: (STEADY / steadyMs) * 1000,
        unit: 'records/s',
      },
      { name: 'statistics of the campaign', value: await statsMs(campaigns), unit: 'ms' },
      { name: 'ratio after the completions', value: steady / empty, unit: '', most: 1.5 },
    ];
    return {
      name: 'leases: 100 records at a time',
      measures,
      ratio: {
        of: 'a large backlog to a small one',
        value: full / empty,
        reach: 1.5,
        better: 'lower',
      },
    };
  });
}

/**
 * The median of many leases, each given back before the next one, so that all find the same backlog.
 *
 * @param tidy done after each, outside of what is measured
 */
async function leaseMs(
  dialer: DialerService,
  tidy: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const begun = performance.now();
    const leased = await dialer.lease(VDN, CAMPAIGN, LIMIT, LEASE_SECONDS);
    if (round >= WARM_UP) times.push(performance.now() - begun);
    if (leased.length !== LIMIT) throw new Error(`${leased.length} records were leased`);
    await dialer.report(
      VDN,
      leased.map(({ id }) => ({ dataId: id, result: 'release' })),
    );
    await tidy();
  }
  return median(times);
}

async function completeMany(dialer: DialerService): Promise<number> {
  const begun = performance.now();
  for (let done = 0; done < STEADY; done += LIMIT) {
    const leased = await dialer.lease(VDN, CAMPAIGN, LIMIT, LEASE_SECONDS);
    await dialer.report(
      VDN,
      leased.map(({ id }) => ({ dataId: id, result: 'completed' })),
    );
  }
  return performance.now() - begun;
}

/**
 * Puts records there, with numbers from `from` up to `end`: batches of 2,000 by turns to each campaign, those of the first
 * one waiting, all others completed. Then does what autovacuum does after so many.
 */
async function fill(
  database: Database,
  from: number,
  end: number,
  campaigns: number,
): Promise<void> {
  const { pool } = database;
  await pool.query(
    `INSERT INTO records (id, vdn_id, campaign_id, created_at, line, priority, source, status, ended_at)
     SELECT $1::bigint + n, $2, 1 + n / 2000 % $3, now(), n + 1, 1 + n % 5, $4,
            (CASE WHEN n / 2000 % $3 = 0 THEN 'waiting' ELSE 'completed' END)::record_status,
            CASE WHEN n / 2000 % $3 > 0 THEN now() END
       FROM generate_series($5::int, $6::int - 1) AS n`,
    [FIRST_ID, VDN, campaigns, SOURCE, from, end],
  );
  await vacuum(database);
  await pool.query(
    `UPDATE campaigns SET incomplete = (SELECT count(*) FROM records WHERE campaign_id = $1 AND status = 'waiting')
      WHERE vdn_id = $2 AND id = $1`,
    [CAMPAIGN, VDN],
  );
}

async function vacuum({ pool }: Database): Promise<void> {
  await pool.query('VACUUM (ANALYZE) records');
}

/** The median time, in ms, of the campaign's statistics. */
async function statsMs(campaigns: CampaignStore): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 11; round++) {
    const begun = performance.now();
    await campaigns.stats(VDN, CAMPAIGN);
    times.push(performance.now() - begun);
  }
  return median(times);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
