import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { DialgateClient, RecordResult, UploadView } from '#client';
import { DialgateError, hasEnded } from '#client';
import type { Ledger, SentLine, SentUpload } from './ledger.ts';
import { isGivenUp, recordOf } from './ledger.ts';

export const VDN = 1;
export const CAMPAIGNS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** The service that is held against the ledger. */
export interface World {
  readonly client: DialgateClient;
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

const upload = fc
  .record({
    campaignId: campaign,
    format: fc.constantFrom('ndjson' as const, 'json' as const, 'csv' as const),
    kinds: fc.array(
      fc.oneof(
        { arbitrary: fc.constant('valid' as const), weight: 16 },
        { arbitrary: fc.constantFrom('invalid', 'duplicate', 'blocked'), weight: 1 },
      ),
      { minLength: 1, maxLength: 120, size: 'max' },
    ),
    onInvalid: skipOrAbort,
    onDuplicate: skipOrAbort,
    onBlocklisted: skipOrAbort,
    onFull: fc.oneof(
      { arbitrary: fc.constant('wait' as const), weight: 3 },
      { arbitrary: fc.constant('refuse' as const), weight: 1 },
    ),
    dryRun: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  })
  .map(({ campaignId, format, kinds, dryRun, ...policy }) =>
    command(`upload ${kinds.length} to ${campaignId} as ${format}`, async (ledger, { client }) => {
      const lines = linesOf(ledger, kinds);
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
function linesOf(ledger: Ledger, kinds: readonly SentLine['kind'][]): SentLine[] {
  const lines: SentLine[] = [];
  for (const kind of kinds) {
    const first = kind === 'duplicate' ? lines.find((line) => line.kind === 'valid') : undefined;
    const possible = kind === 'duplicate' && first === undefined ? 'valid' : kind;
    lines.push({ kind: possible, number: first?.number ?? ledger.newNumber() });
  }
  return lines;
}

function bodyOf(format: 'ndjson' | 'json' | 'csv', lines: readonly SentLine[]): string {
  const records = lines.map(recordOf);
  if (format === 'json') return JSON.stringify({ callDataList: records });
  if (format === 'ndjson') return records.map((record) => `${JSON.stringify(record)}\n`).join('');
  return ['calledNo', ...records.map(({ called }) => called[0]?.calledNo)].join('\n');
}

const REFUSALS = ['0200020', '0200022'];

const call = fc
  .record({ campaignId: campaign, size: fc.integer({ min: 1, max: 20 }) })
  .map(({ campaignId, size }) =>
    command(`call ${size} of ${campaignId}`, async (ledger, { client }) => {
      const records = Array.from({ length: size }, () =>
        recordOf({ kind: 'valid', number: ledger.newNumber() }),
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

/** A dialer's turn: it leases, reports some in this order, repeats its report, and keeps the others. */
const dial = fc
  .record({
    campaignId: campaign,
    limit: fc.integer({ min: 1, max: 60 }),
    results: fc.array(fc.constantFrom(...RESULTS), { minLength: 1, maxLength: 60, size: 'max' }),
  })
  .map(({ campaignId, limit, results }) =>
    command(`dial ${limit} of ${campaignId}`, async (ledger, world) => {
      const leased = await lease(ledger, world, campaignId, limit);
      const reports = results.flatMap((result, index): RecordResult[] => {
        const dataId = leased[index];
        return dataId === undefined ? [] : [{ dataId, result }];
      });
      await report(ledger, world, campaignId, reports);
    }),
  );

/** @returns the data IDs, none of which anybody held */
async function lease(
  ledger: Ledger,
  { client }: World,
  campaignId: number,
  limit: number,
): Promise<string[]> {
  const options = { limit, leaseSeconds: LEASE_SECONDS };
  const ids = (await client.dialer.lease(place(campaignId), options)).map(({ dataId }) => dataId);
  for (const id of ids) {
    expect({ id, held: ledger.held.has(id), ended: ledger.ended.has(id) }).toEqual({
      id,
      held: false,
      ended: false,
    });
    ledger.held.set(id, campaignId);
  }
  return ids;
}

async function report(
  ledger: Ledger,
  { client }: World,
  campaignId: number,
  results: readonly RecordResult[],
): Promise<void> {
  if (results.length === 0) return;
  for (const expected of ['applied', 'repeated']) {
    const outcomes = await client.dialer.report(VDN, results);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(results.map(() => expected));
  }
  for (const { dataId, result } of results) {
    ledger.held.delete(dataId);
    if (result !== 'release') ledger.ended.set(dataId, { fate: result, campaignId });
  }
}

const remove = campaign.map((campaignId) =>
  command(`delete one of ${campaignId}`, async (ledger, world) => {
    const [dataId] = await lease(ledger, world, campaignId, 1);
    if (dataId === undefined) return;
    await report(ledger, world, campaignId, [{ dataId, result: 'release' }]);
    await world.client.dialer.remove(VDN, dataId);
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
  { arbitrary: remove, weight: 1 },
  { arbitrary: change, weight: 2 },
  { arbitrary: block, weight: 1 },
  { arbitrary: lookAround, weight: 2 },
);

/** Lets everything end: what is paused goes on, and dialers complete what there is. True when all uploads have ended. */
export async function settle(ledger: Ledger, world: World): Promise<boolean> {
  const { client } = world;
  for (const sent of ledger.uploads.filter(({ seen }) => !hasEnded(seen))) {
    await look(world, sent);
    if (sent.seen.state === 'paused') await client.uploads.resume(sent.id);
  }
  for (const campaignId of CAMPAIGNS) {
    await lease(ledger, world, campaignId, 200);
    const held = [...ledger.held].filter(([, campaign]) => campaign === campaignId);
    const results = held.map(([dataId]) => ({ dataId, result: 'completed' as const }));
    await report(ledger, world, campaignId, results);
  }
  return ledger.held.size === 0 && ledger.uploads.every(({ seen }) => hasEnded(seen));
}
