import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { DialgateClient, RecordResult, UploadView } from '#client';
import { DialgateError, hasEnded } from '#client';
import type { TestDatabase } from '../database.ts';
import type { KnownRecord, Ledger, SentLine, SentUpload } from './ledger.ts';
import { isGivenUp, recordOf } from './ledger.ts';

export const VDN = 1;
export const CAMPAIGNS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** The service that is held against the ledger. */
export interface World {
  readonly client: DialgateClient;
  /** For letting time pass. */
  readonly database: TestDatabase;
}

export type Command = fc.AsyncCommand<Ledger, World>;

const LEASE_SECONDS = 3_600;
const place = (campaignId: number) => ({ vdnId: VDN, campaignId });
const campaign = fc.constantFrom(...CAMPAIGNS);
const skipOrAbort = fc.oneof(
  { arbitrary: fc.constant('skip' as const), weight: 6 },
  { arbitrary: fc.constant('abort' as const), weight: 1 },
);

/** A command, and how it reads when a run fails. */
const command = (
  name: string,
  run: (ledger: Ledger, world: World) => Promise<void>,
  check: (ledger: Readonly<Ledger>) => boolean = () => true,
): Command => ({ check, run, toString: () => name });

/** The counts add up, and nothing that was decided comes back. */
export function expectSound(before: UploadView, now: UploadView): void {
  const { received, pending, ...decided } = now.counts;
  const sum = Object.values(decided).reduce((total, count) => total + count, 0);
  expect({ id: now.id, sum: sum + pending }).toEqual({ id: now.id, sum: received });
  expect(received).toBe(before.counts.received);
  for (const [name, count] of Object.entries(decided)) {
    expect(count).toBeGreaterThanOrEqual(before.counts[name as keyof typeof decided]);
  }
  expect(now.batches.done).toBeGreaterThanOrEqual(before.batches.done);
  if (hasEnded(before)) expect(now).toEqual(before);
  if (hasEnded(now)) expect(pending).toBe(0);
}

async function look({ client }: World, upload: SentUpload): Promise<void> {
  const now = await client.uploads.get(upload.id);
  expectSound(upload.seen, now);
  upload.seen = now;
}

const priority = fc.option(fc.constantFrom('1', '2', '3', '4', '5'), { nil: undefined });

/** What is sent on a line; its number comes later. */
const draft = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constant('valid' as const), weight: 16 },
    { arbitrary: fc.constantFrom('invalid', 'duplicate', 'blocked'), weight: 1 },
  ),
  priority,
  recycleTime: fc.oneof(
    { arbitrary: fc.constant('none' as const), weight: 8 },
    { arbitrary: fc.constantFrom('past', 'future'), weight: 1 },
  ),
});

type Draft = Omit<SentLine, 'number'>;

const upload = fc
  .record({
    campaignId: campaign,
    format: fc.constantFrom('ndjson' as const, 'json' as const, 'csv' as const),
    drafts: fc.array(draft, { minLength: 1, maxLength: 120, size: 'max' }),
    onInvalid: skipOrAbort,
    onDuplicate: skipOrAbort,
    onBlocklisted: skipOrAbort,
    onFull: fc.oneof(
      { arbitrary: fc.constant('wait' as const), weight: 3 },
      { arbitrary: fc.constant('refuse' as const), weight: 1 },
    ),
    dryRun: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  })
  .map(({ campaignId, format, drafts, dryRun, ...policy }) =>
    command(`upload ${drafts.length} to ${campaignId} as ${format}`, async (ledger, { client }) => {
      const lines = linesOf(ledger, drafts);
      const numbers = lines.filter(({ kind }) => kind === 'blocked').map(({ number }) => number);
      if (numbers.length > 0) {
        await client.blocklist.add(
          VDN,
          numbers.map((number) => ({ number, expiresAt: null })),
        );
      }
      const bytes = bodyOf(format, lines);
      const options = { ...policy, dryRun, format };
      const seen = await client.uploads.send(place(campaignId), { bytes }, options);
      const sent = { id: seen.id, campaignId, policy, lines, cancelled: false, seen, dryRun };
      expect(seen.counts.received).toBe(lines.length);
      expect(seen.state === 'failed').toBe(isGivenUp({ policy, lines }));
      if (dryRun) expect(hasEnded(seen)).toBe(true);
      ledger.uploads.push(sent);
    }),
  );

/** Each valid line has a number of its own; a duplicate has that of a valid line before it. */
function linesOf(ledger: Ledger, drafts: readonly Draft[]): SentLine[] {
  const lines: SentLine[] = [];
  for (const { kind, ...rest } of drafts) {
    const first = kind === 'duplicate' ? lines.find((line) => line.kind === 'valid') : undefined;
    const possible = kind === 'duplicate' && first === undefined ? 'valid' : kind;
    lines.push({ ...rest, kind: possible, number: first?.number ?? ledger.newNumber() });
  }
  return lines;
}

function bodyOf(format: 'ndjson' | 'json' | 'csv', lines: readonly SentLine[]): string {
  const records = lines.map(recordOf);
  if (format === 'json') return JSON.stringify({ callDataList: records });
  if (format === 'ndjson') return records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const rows = records.map(({ called, ...rest }) =>
    [called[0]?.calledNo, rest.priority, rest.recycleTime].join(','),
  );
  return ['calledNo,priority,recycleTime', ...rows].join('\n');
}

const REFUSALS = ['0200020', '0200022'];

const call = fc
  .record({
    campaignId: campaign,
    priorities: fc.array(priority, { minLength: 1, maxLength: 20, size: 'max' }),
  })
  .map(({ campaignId, priorities }) =>
    command(`call ${priorities.length} of ${campaignId}`, async (ledger, { client }) => {
      const records = priorities.map((each) =>
        recordOf({
          kind: 'valid',
          number: ledger.newNumber(),
          priority: each,
          recycleTime: 'future',
        }),
      );
      const verdict = await client.calls.add(place(campaignId), records);
      if (!verdict.admitted) {
        expect(REFUSALS).toContain(verdict.code);
        return;
      }
      for (const { dataId } of verdict.dataIdList) ledger.called.set(dataId, campaignId);
    }),
  );

const COMMANDS = ['pause', 'resume', 'cancel'] as const;

/** Several commands at the same moment, perhaps to one upload. 409 says that it has ended. */
const storm = fc
  .array(fc.record({ which: fc.nat(), what: fc.constantFrom(...COMMANDS) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((orders) =>
    command(
      `do ${orders.map(({ what }) => what).join(', ')}`,
      async (ledger, { client }) => {
        await Promise.all(
          orders.map(async ({ which, what }) => {
            const sent = ledger.uploads[which % ledger.uploads.length];
            if (sent === undefined) return;
            try {
              const now = await client.uploads[what](sent.id);
              if (now.state === 'cancelled') sent.cancelled = true;
            } catch (error) {
              if (!(error instanceof DialgateError) || error.status !== 409) throw error;
              expect(hasEnded(await client.uploads.get(sent.id))).toBe(true);
            }
          }),
        );
      },
      ({ uploads }) => uploads.length > 0,
    ),
  );

const RESULTS = ['completed', 'completed', 'failed', 'release'] as const;

/**
 * Dialers' turns, at the same moment: each leases, reports some of its records in this order, repeats its report, and keeps
 * the others.
 */
const dial = fc
  .record({
    campaignId: campaign,
    limit: fc.integer({ min: 1, max: 60 }),
    dialers: fc.array(
      fc.array(fc.constantFrom(...RESULTS), { minLength: 1, maxLength: 60, size: 'max' }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ campaignId, limit, dialers }) =>
    command(`dial ${limit} of ${campaignId}, ${dialers.length} at once`, async (ledger, world) => {
      const leased = await lease(ledger, world, campaignId, limit, dialers.length);
      await Promise.all(
        dialers.map((results, dialer) => {
          const reports = results.flatMap((result, index): RecordResult[] => {
            const dataId = leased[dialer]?.[index];
            return dataId === undefined ? [] : [{ dataId, result }];
          });
          return report(ledger, world, reports);
        }),
      );
    }),
  );

/**
 * Leases `limit` records for each of so many dialers at the same moment. They are records that nobody holds, in their order,
 * and none that is known to be free comes before one of them, unless a sweep may just have had it.
 *
 * @returns each dialer's data IDs
 */
async function lease(
  ledger: Ledger,
  { client, database }: World,
  campaignId: number,
  limit: number,
  dialers = 1,
): Promise<string[][]> {
  const options = { limit, leaseSeconds: LEASE_SECONDS };
  const unswept = await unsweptOf(database, campaignId);
  const leased = await Promise.all(
    Array.from({ length: dialers }, async () => {
      const items = await client.dialer.lease(place(campaignId), options);
      const known = items.map((item) => ({
        id: item.dataId,
        priority: Number(item.priority ?? '3'),
        campaignId,
      }));
      expect(known).toEqual([...known].sort(inOrder));
      expect(items.filter(({ recycleTime }) => isPast(recycleTime))).toEqual([]);
      return known;
    }),
  );
  const taken = leased.flat();
  for (const { id, ...record } of taken) {
    expect({ id, held: ledger.held.has(id), ended: ledger.ended.has(id) }).toEqual({
      id,
      held: false,
      ended: false,
    });
    ledger.held.set(id, record);
    ledger.free.delete(id);
  }
  const last = taken.length < limit * dialers ? undefined : [...taken].sort(inOrder).at(-1);
  const passedOver = [...ledger.free]
    .map(([id, record]) => ({ id, ...record }))
    .filter((free) => free.campaignId === campaignId && !unswept.has(free.id))
    .filter((free) => last === undefined || inOrder(free, last) < 0);
  expect(passedOver).toEqual([]);
  return leased.map((records) => records.map(({ id }) => id));
}

/**
 * Records whose lease has run out, and that no sweep has put back yet: one that does so at the moment of a lease holds them,
 * and they are passed over like others that somebody holds.
 */
async function unsweptOf(database: TestDatabase, campaignId: number): Promise<Set<string>> {
  const rows = await database.query<{ id: string }>(
    `SELECT id::text FROM records
      WHERE campaign_id = $1 AND status = 'leased' AND leased_until <= clock_timestamp()`,
    [campaignId],
  );
  return new Set(rows.map(({ id }) => id));
}

/** By priority, then by age: data IDs have one length. */
function inOrder(
  a: KnownRecord & { readonly id: string },
  b: KnownRecord & { readonly id: string },
): number {
  return a.priority - b.priority || (a.id < b.id ? -1 : 1);
}

const isPast = (recycleTime: unknown): boolean =>
  typeof recycleTime === 'string' && recycleTime.startsWith('2020');

async function report(
  ledger: Ledger,
  { client }: World,
  results: readonly RecordResult[],
): Promise<void> {
  if (results.length === 0) return;
  for (const expected of ['applied', 'repeated']) {
    const outcomes = await client.dialer.report(VDN, results);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(results.map(() => expected));
  }
  for (const { dataId, result } of results) {
    const record = ledger.held.get(dataId);
    if (record === undefined) throw new Error(`nobody held ${dataId}`);
    ledger.held.delete(dataId);
    if (result === 'release') ledger.free.set(dataId, record);
    else ledger.ended.set(dataId, { fate: result, campaignId: record.campaignId });
  }
}

/** Leases run out, some or all of them; whoever had one is told so. */
const runOut = fc.integer({ min: 1, max: 3 }).map((each) =>
  command(
    `let one lease of ${each} run out`,
    async (ledger, { client, database }) => {
      const held = [...ledger.held].filter((_, index) => index % each === 0);
      const ids = held.map(([id]) => id);
      await database.query(
        `UPDATE records SET leased_until = clock_timestamp() WHERE id = ANY ($1::bigint[])`,
        [ids],
      );
      for (const [id, record] of held) {
        ledger.held.delete(id);
        ledger.free.set(id, record);
      }
      const late = ids.slice(0, 2_000).map((dataId) => ({ dataId, result: 'completed' as const }));
      const outcomes = await client.dialer.report(VDN, late);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(late.map(() => 'conflict'));
    },
    ({ held }) => held.size > 0,
  ),
);

const remove = campaign.map((campaignId) =>
  command(`delete one of ${campaignId}`, async (ledger, world) => {
    const [dataId] = (await lease(ledger, world, campaignId, 1)).flat();
    if (dataId === undefined) return;
    await report(ledger, world, [{ dataId, result: 'release' }]);
    await world.client.dialer.remove(VDN, dataId);
    ledger.free.delete(dataId);
    ledger.ended.set(dataId, { fate: 'deleted', campaignId });
  }),
);

const change = fc
  .record({ campaignId: campaign, maxIncomplete: fc.integer({ min: 0, max: 60 }) })
  .map(({ campaignId, maxIncomplete }) =>
    command(`cap ${campaignId} at ${maxIncomplete}`, async (_ledger, { client }) => {
      await client.campaigns.put(place(campaignId), { maxIncomplete });
    }),
  );

const block = fc.nat().map((which) =>
  command(
    'block a number that was sent',
    async (ledger, { client }) => {
      const sent = ledger.uploads[which % ledger.uploads.length];
      const line = sent?.lines[which % sent.lines.length];
      if (line === undefined || line.kind === 'invalid') return;
      ledger.blocked.add(line.number);
      await client.blocklist.add(VDN, [{ number: line.number, expiresAt: null }]);
    },
    ({ uploads }) => uploads.length > 0,
  ),
);

const lookAround = fc.constant(
  command('look at all', async (ledger, world) => {
    await Promise.all(ledger.uploads.map((sent) => look(world, sent)));
  }),
);

/** One command or another, as often as they come in a call centre's day. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: upload, weight: 5 },
  { arbitrary: call, weight: 3 },
  { arbitrary: storm, weight: 4 },
  { arbitrary: dial, weight: 8 },
  { arbitrary: runOut, weight: 2 },
  { arbitrary: remove, weight: 1 },
  { arbitrary: change, weight: 2 },
  { arbitrary: block, weight: 1 },
  { arbitrary: lookAround, weight: 2 },
);

/**
 * Lets everything end: what is paused goes on, and dialers complete what there is. True when all uploads have ended, and no
 * record is left.
 */
export async function settle(ledger: Ledger, world: World): Promise<boolean> {
  const { client } = world;
  for (const sent of ledger.uploads.filter(({ seen }) => !hasEnded(seen))) {
    await look(world, sent);
    if (sent.seen.state === 'paused') await client.uploads.resume(sent.id);
  }
  let left = 0;
  for (const campaignId of CAMPAIGNS) {
    await lease(ledger, world, campaignId, 200);
    const held = [...ledger.held].filter(([, record]) => record.campaignId === campaignId);
    const results = held.map(([dataId]) => ({ dataId, result: 'completed' as const }));
    await report(ledger, world, results);
    // Those whose time has passed are nobody's, until a sweep takes them out.
    left += (await client.campaigns.get(place(campaignId))).incomplete;
  }
  return left === 0 && ledger.uploads.every(({ seen }) => hasEnded(seen));
}
