import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Failure } from './dialgate-error.ts';
import { DialgateError } from './dialgate-error.ts';
import { DEFAULT_RETRY, delayBefore, isRepeatable, mayHaveTakenEffect } from './retry.ts';

const answered = (status: number, type: string | null = null): DialgateError =>
  new DialgateError({ kind: 'refused', request: 'POST /', status, type, title: 'no' });

const broken = (cause: unknown): DialgateError => {
  const failure: Failure = { kind: 'network', request: 'POST /', title: 'no answer' };
  return new DialgateError(failure, { cause });
};

const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe('what may be repeated', () => {
  test.each([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [409, false],
    [413, false],
    [422, false],
    [429, true],
    [500, true],
    [501, false],
    [502, true],
    [503, true],
    [504, true],
  ])('an answer of %i: %s', (status, repeatable) => {
    expect(isRepeatable(answered(status), 'nothing-more')).toBe(repeatable);
    expect(isRepeatable(answered(status), 'again')).toBe(false);
  });

  test('a request whose first one is still being served', () => {
    const error = answered(409, 'urn:dialgate:problem:idempotency-key-in-use');
    expect(isRepeatable(error, 'nothing-more')).toBe(true);
  });

  test.each<[string, Error, boolean]>([
    ['a connection that was refused', coded('ECONNREFUSED'), true],
    ['a host that is not known', coded('ENOTFOUND'), true],
    ['a connection that was cut', coded('ECONNRESET'), false],
    [
      'an answer of no address',
      new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
      true,
    ],
    [
      'an address that was reached',
      new AggregateError([coded('ECONNREFUSED'), coded('ECONNRESET')]),
      false,
    ],
    ['a failure without a code', new Error('terminated'), false],
  ])('%s', (_, cause, neverSent) => {
    expect(isRepeatable(broken(new TypeError('fetch failed', { cause })), 'again')).toBe(neverSent);
    expect(isRepeatable(broken(cause), 'nothing-more')).toBe(true);
  });
});

describe('what may have taken effect', () => {
  test.each<[string, DialgateError, boolean]>([
    ['a lost answer', broken(coded('ECONNRESET')), true],
    ['no connection', broken(coded('ECONNREFUSED')), false],
    ['503', answered(503), true],
    ['429', answered(429), false],
    ['404', answered(404), false],
    ['a redirection', answered(302), false],
    ['a 200 that is not the service’s', answered(200), true],
  ])('%s: %s', (_, error, expected) => {
    expect(mayHaveTakenEffect(error, true)).toBe(expected);
    expect(mayHaveTakenEffect(error, false)).toBe(false);
  });
});

describe('how long is waited', () => {
  const settings = { ...DEFAULT_RETRY, attempts: 4, firstDelayMs: 100, longestDelayMs: 250 };

  test.each([
    [1, 50, 100],
    [2, 100, 200],
    [3, 125, 250],
  ])('after attempt %i from %i to %i ms', (attempt, least, most) => {
    expect(delayBefore(null, attempt, settings, 0)).toBe(least);
    expect(delayBefore(null, attempt, settings, 0.999_999)).toBe(most);
  });

  test('not at all after the last attempt', () => {
    expect(delayBefore(null, 4, settings, 0)).toBeNull();
    expect(delayBefore(1, 4, settings, 0)).toBeNull();
  });

  test('as long as the service asks, within reason', () => {
    expect(delayBefore(7, 1, settings, 0)).toBe(7000);
    expect(delayBefore(61, 1, settings, 0)).toBeNull();
  });

  test('never longer than the longest delay, never less than half of the first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (attempt, random) => {
          const delay = delayBefore(null, attempt, { ...settings, attempts: 100 }, random);
          expect(delay).toBeGreaterThanOrEqual(50);
          expect(delay).toBeLessThanOrEqual(250);
        },
      ),
    );
  });
});
