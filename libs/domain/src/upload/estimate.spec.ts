import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Outlook, Remainder } from './estimate.ts';
import { msUntilFinished } from './estimate.ts';
import { isFinished, UPLOAD_STATES } from './states.ts';

const UPLOAD: Remainder = {
  state: 'running',
  dryRun: false,
  onFull: 'wait',
  batches: 3,
  pending: 6_000,
};

const OUTLOOK: Outlook = {
  campaignState: 'running',
  intervalMs: 1_000,
  msUntilSlot: 400,
  room: 200_000,
  batchesAhead: 0,
  recordsAhead: 0,
};

describe('an upload is finished', () => {
  test.each<[string, Partial<Remainder>, Partial<Outlook>, number | null]>([
    ['with its last slot', {}, {}, 2_400],
    ['the sooner if a slot is open', {}, { msUntilSlot: -5_000 }, 2_000],
    ['with its only slot', { batches: 1, pending: 1 }, {}, 400],
    ['at once where there is no interval', {}, { intervalMs: 0, msUntilSlot: -3 }, 0],
    ['behind those before it', {}, { batchesAhead: 10, recordsAhead: 20_000 }, 12_400],
    ['also if it has not begun', { state: 'queued' }, {}, 2_400],
    ['also if it waited for room that is there now', { state: 'waiting_capacity' }, {}, 2_400],
    ['if it just fits', {}, { room: 6_000 }, 2_400],
    ['nobody knows when, if it does not fit', {}, { room: 5_999 }, null],
    ['nobody knows when, if it does not fit behind others', {}, { recordsAhead: 194_001 }, null],
    ['nobody knows when, if a cap was lowered below what there is', {}, { room: -1 }, null],
    ['nobody knows when, if it is paused', { state: 'paused' }, {}, null],
    ['in time if it does not wait for room', { onFull: 'refuse' }, { room: 0 }, 2_400],
    [
      'nobody knows when, if one before it waits for room',
      { onFull: 'refuse' },
      { room: 9, recordsAhead: 10 },
      null,
    ],
    ['at its turn if it is a dry run', { dryRun: true }, { room: 0 }, 0],
    ['a dry run behind others', { dryRun: true }, { batchesAhead: 2, recordsAhead: 9 }, 1_400],
    ['at once if the campaign takes no more', {}, { campaignState: 'completed', room: 0 }, 0],
    ['not even then if it is paused', { state: 'paused' }, { campaignState: 'completed' }, null],
  ])('%s', (_when, upload, outlook, expected) => {
    expect(msUntilFinished({ ...UPLOAD, ...upload }, { ...OUTLOOK, ...outlook })).toBe(expected);
  });

  test.each(UPLOAD_STATES.filter(isFinished))('never again once it is %s', (state) => {
    expect(msUntilFinished({ ...UPLOAD, state }, OUTLOOK)).toBeNull();
  });
});

const uploads = fc.record<Remainder>({
  state: fc.constantFrom('queued', 'running', 'waiting_capacity', 'paused'),
  dryRun: fc.boolean(),
  onFull: fc.constantFrom('wait', 'refuse'),
  batches: fc.integer({ min: 1, max: 1_000 }),
  pending: fc.integer({ min: 1, max: 300_000 }),
});

const outlooks = fc.record<Outlook>({
  campaignState: fc.constantFrom('running', 'paused', 'completed', 'expired'),
  intervalMs: fc.integer({ min: 0, max: 60_000 }),
  msUntilSlot: fc.integer({ min: -100_000, max: 60_000 }),
  room: fc.integer({ min: -10, max: 200_000 }),
  batchesAhead: fc.integer({ min: 0, max: 1_000 }),
  recordsAhead: fc.integer({ min: 0, max: 300_000 }),
});

/** What cannot be told is later than all that can. */
const at = (ms: number | null): number => ms ?? Infinity;

test('it is never in the past', () => {
  fc.assert(
    fc.property(uploads, outlooks, (upload, outlook) => {
      expect(at(msUntilFinished(upload, outlook))).toBeGreaterThanOrEqual(0);
    }),
  );
});

test.each<[string, (outlook: Outlook, by: number) => Outlook]>([
  ['more batches ahead', (o, by) => ({ ...o, batchesAhead: o.batchesAhead + by })],
  ['more records ahead', (o, by) => ({ ...o, recordsAhead: o.recordsAhead + by })],
  ['less room', (o, by) => ({ ...o, room: o.room - by })],
  ['a longer interval', (o, by) => ({ ...o, intervalMs: o.intervalMs + by })],
  ['a later slot', (o, by) => ({ ...o, msUntilSlot: o.msUntilSlot + by })],
])('%s never makes it earlier', (_what, worsen) => {
  fc.assert(
    fc.property(uploads, outlooks, fc.integer({ min: 1, max: 1_000 }), (upload, outlook, by) => {
      expect(at(msUntilFinished(upload, worsen(outlook, by)))).toBeGreaterThanOrEqual(
        at(msUntilFinished(upload, outlook)),
      );
    }),
  );
});

/** Uploads that take slots and room, and an outlook in which there is room for both: made so, not sifted out. */
const waiting = fc.record<Remainder>({
  state: fc.constantFrom('queued', 'running', 'waiting_capacity'),
  dryRun: fc.constant(false),
  onFull: fc.constantFrom('wait', 'refuse'),
  batches: fc.integer({ min: 1, max: 1_000 }),
  pending: fc.integer({ min: 1, max: 50_000 }),
});
const roomy = fc.record<Outlook>({
  campaignState: fc.constantFrom('running', 'paused'),
  intervalMs: fc.integer({ min: 0, max: 60_000 }),
  msUntilSlot: fc.integer({ min: -100_000, max: 60_000 }),
  room: fc.integer({ min: 200_000, max: 300_000 }),
  batchesAhead: fc.integer({ min: 1, max: 1_000 }),
  recordsAhead: fc.integer({ min: 0, max: 100_000 }),
});

test('an upload behind another is finished after it, by its own batches', () => {
  fc.assert(
    fc.property(waiting, waiting, roomy, (first, second, outlook) => {
      const behind = msUntilFinished(second, {
        ...outlook,
        batchesAhead: outlook.batchesAhead + first.batches,
        recordsAhead: outlook.recordsAhead + first.pending,
      });
      const before = msUntilFinished(first, outlook);
      expect(before).not.toBeNull();
      expect(behind).toBe(at(before) + second.batches * outlook.intervalMs);
    }),
  );
});
