import { describe, expect, test } from '@jest/globals';
import { MAX_YIELD_MS, slotForBatch, slotForCall, YIELD_MS } from './pacing.ts';
import type { Pace, SlotDecision } from './pacing.ts';

const open: Pace = { msUntilSlot: 0, intervalMs: 1000, lastMode: null, reservedFor: null };
const take: SlotDecision = { kind: 'take' };

describe('a synchronous call', () => {
  test.each<[string, Partial<Pace>, SlotDecision]>([
    ['takes the first slot of all', {}, take],
    ['takes a slot that is due', { msUntilSlot: -5, lastMode: 'sync' }, take],
    ['takes a slot due to the microsecond', { msUntilSlot: 0, lastMode: 'async' }, take],
    [
      'is refused after another call',
      { msUntilSlot: 400.5, lastMode: 'sync' },
      { kind: 'refuse', retryAfterMs: 400.5 },
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
      { msUntilSlot: 300, lastMode: 'async', reservedFor: 'other' },
      { kind: 'refuse', retryAfterMs: 1300 },
    ],
    [
      'is refused when the slot has come but is another one’s',
      { msUntilSlot: -20, lastMode: 'async', reservedFor: 'other' },
      { kind: 'refuse', retryAfterMs: 1000 },
    ],
    [
      'takes whatever there is without an interval',
      { msUntilSlot: -20, intervalMs: 0, lastMode: 'sync', reservedFor: 'other' },
      take,
    ],
  ])('%s', (_, pace, decision) => {
    expect(slotForCall({ ...open, ...pace }, 'me')).toEqual(decision);
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
