import { beforeEach, describe, expect, test } from '@jest/globals';
import { HeldCampaigns, PAUSE_MS } from './held-campaigns.ts';

describe('a campaign that somebody holds', () => {
  let now: number;
  let held: HeldCampaigns;

  beforeEach(() => {
    now = 1_000;
    held = new HeldCampaigns(() => now);
  });

  test('is tried by any number before that is known', () => {
    expect([held.mayTry('1-1'), held.mayTry('1-1')]).toEqual([true, true]);
  });

  test('is left alone for a while, and others are not', () => {
    held.noteHeld('1-1');
    now += PAUSE_MS - 1;
    expect([held.mayTry('1-1'), held.mayTry('1-2')]).toEqual([false, true]);
  });

  test('is then tried by one at a time', () => {
    held.noteHeld('1-1');
    now += PAUSE_MS;
    expect([held.mayTry('1-1'), held.mayTry('1-1')]).toEqual([true, false]);
    held.noteHeld('1-1');
    expect(held.mayTry('1-1')).toBe(false);
    now += PAUSE_MS;
    expect([held.mayTry('1-1'), held.mayTry('1-1')]).toEqual([true, false]);
  });

  test('is tried again when the end of an attempt is never told', () => {
    held.noteHeld('1-1');
    now += PAUSE_MS;
    held.mayTry('1-1');
    now += 60_000;
    expect(held.mayTry('1-1')).toBe(true);
  });

  test('is tried by the next at once when an attempt did not come to its lock', () => {
    held.noteHeld('1-1');
    now += PAUSE_MS;
    held.mayTry('1-1');
    held.noteUntried('1-1');
    expect([held.mayTry('1-1'), held.mayTry('1-1')]).toEqual([true, false]);
  });

  test('is tried by any number when it was let go', () => {
    held.noteHeld('1-1');
    now += PAUSE_MS;
    held.mayTry('1-1');
    held.noteFree('1-1');
    expect([held.mayTry('1-1'), held.mayTry('1-1')]).toEqual([true, true]);
  });

  test('is news once', () => {
    expect([held.noteHeld('1-1'), held.noteHeld('1-1')]).toEqual([true, false]);
    held.noteFree('1-1');
    expect(held.noteHeld('1-1')).toBe(true);
  });

  test('is forgotten when nobody has come for it in a long time', () => {
    held.noteHeld('1-1');
    now += 3_600_000;
    held.noteHeld('1-2');
    expect(held.noteHeld('1-1')).toBe(true);
  });
});
