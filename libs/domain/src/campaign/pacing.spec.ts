import { describe, expect, test } from '@jest/globals';
import {
  BATCH_FIRST_MS,
  comeBackIn,
  MAX_YIELD_MS,
  slotForBatch,
  slotForCall,
  YIELD_MS,
} from './pacing.ts';
import type { Pace, SlotDecision } from './pacing.ts';

const open: Pace = {
  msUntilSlot: 0,
  intervalMs: 1000,
  lastMode: null,
  reservedFor: null,
  reservedMs: 0,
};
const me = { callId: 'me', msLeft: 10_000 };
const take: SlotDecision = { kind: 'take' };

describe('a synchronous call', () => {
  test.each<[string, Partial<Pace>, SlotDecision]>([
    ['takes the first slot of all', {}, take],
    ['takes a slot that is due', { msUntilSlot: -5, lastMode: 'async' }, take],
    ['takes a slot due to the microsecond', { msUntilSlot: 0, lastMode: 'async' }, take],
    [
      'is refused after another call',
      { msUntilSlot: 400.5, lastMode: 'sync' },
      { kind: 'refuse', because: 'pace', retryAfterMs: 400.5 },
    ],
    ['waits after a batch', { msUntilSlot: 400, lastMode: 'async' }, { kind: 'wait', ms: 400 }],
    [
      'goes on waiting for its own slot',
      { msUntilSlot: 10, lastMode: 'async', reservedFor: 'me' },
      { kind: 'wait', ms: 10 },
    ],
    ['takes its own slot', { msUntilSlot: 0, lastMode: 'async', reservedFor: 'me' }, take],
    [
      'is refused while another waits',
      { msUntilSlot: 300, lastMode: 'async', reservedFor: 'other', reservedMs: 9_000 },
      { kind: 'refuse', because: 'other', retryAfterMs: 1300 },
    ],
    [
      'is refused while another waits that gives up before its slot, until a slot can be waited for',
      { msUntilSlot: 50_000, lastMode: 'async', reservedFor: 'other', reservedMs: 9_000 },
      { kind: 'refuse', because: 'other', retryAfterMs: 45_000 },
    ],
    [
      'is refused while another waits that gives up before its slot, until it has',
      { msUntilSlot: 9_500, lastMode: 'async', reservedFor: 'other', reservedMs: 9_000 },
      { kind: 'refuse', because: 'other', retryAfterMs: 9_000 },
    ],
    [
      'is refused when the slot has come but is another one’s',
      { msUntilSlot: -20, lastMode: 'async', reservedFor: 'other' },
      { kind: 'refuse', because: 'other', retryAfterMs: 1000 },
    ],
    [
      'leaves a slot that has come after a call to a batch',
      { msUntilSlot: -1, lastMode: 'sync' },
      { kind: 'yield', ms: BATCH_FIRST_MS - 1 },
    ],
    [
      'leaves it to a batch, also when it is the one that waits',
      { msUntilSlot: 0, lastMode: 'sync', reservedFor: 'me' },
      { kind: 'yield', ms: BATCH_FIRST_MS },
    ],
    [
      'takes it when no batch has come for it',
      { msUntilSlot: -BATCH_FIRST_MS, lastMode: 'sync', reservedFor: 'me' },
      take,
    ],
    [
      'takes it when it could not wait for the next one',
      { msUntilSlot: -1, lastMode: 'sync', intervalMs: me.msLeft },
      take,
    ],
    [
      'takes whatever there is without an interval',
      { msUntilSlot: -20, intervalMs: 0, lastMode: 'sync', reservedFor: 'other' },
      take,
    ],
  ])('%s', (_, pace, decision) => {
    expect(slotForCall({ ...open, ...pace }, me)).toEqual(decision);
  });
});

describe('a batch', () => {
  test.each<[string, Partial<Pace>, SlotDecision]>([
    ['takes the first slot of all', {}, take],
    ['takes a slot that is due', { msUntilSlot: -1, lastMode: 'sync' }, take],
    ['waits after a call', { msUntilSlot: 999, lastMode: 'sync' }, { kind: 'wait', ms: 999 }],
    ['waits after a batch', { msUntilSlot: 0.2, lastMode: 'async' }, { kind: 'wait', ms: 0.2 }],
    [
      'leaves a reserved slot alone before its time',
      { msUntilSlot: 100, lastMode: 'async', reservedFor: 'call' },
      { kind: 'wait', ms: 100 + YIELD_MS },
    ],
    [
      'leaves a reserved slot alone when it has come',
      { msUntilSlot: -3, lastMode: 'async', reservedFor: 'call' },
      { kind: 'wait', ms: YIELD_MS },
    ],
    [
      'takes a slot that has come after a call, before the one that waits',
      { msUntilSlot: 1 - BATCH_FIRST_MS, lastMode: 'sync', reservedFor: 'call' },
      take,
    ],
    [
      'leaves it alone when it comes late',
      { msUntilSlot: -BATCH_FIRST_MS, lastMode: 'sync', reservedFor: 'call' },
      { kind: 'wait', ms: BATCH_FIRST_MS },
    ],
    [
      'looks less and less often while the call does not come',
      { msUntilSlot: -60, lastMode: 'async', reservedFor: 'call' },
      { kind: 'wait', ms: 60 },
    ],
    [
      'looks four times a second at least',
      { msUntilSlot: -5000, lastMode: 'async', reservedFor: 'call' },
      { kind: 'wait', ms: MAX_YIELD_MS },
    ],
    [
      'takes whatever there is without an interval',
      { msUntilSlot: -3, intervalMs: 0, lastMode: 'async', reservedFor: 'call' },
      { kind: 'take' },
    ],
  ])('%s', (_, pace, decision) => {
    expect(slotForBatch({ ...open, ...pace })).toEqual(decision);
  });
});

test.each([
  [50_000, 10_000, 45_000],
  [6_000, 10_000, 1_000],
  [4_000, 10_000, 0],
])('a slot %d ms away, with %d ms to wait for it: come in %d', (msUntilSlot, waitMs, ms) => {
  expect(comeBackIn(msUntilSlot, waitMs)).toBe(ms);
});
