import { describe, expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import fc from 'fast-check';
import { parsePreferences, preferredWait, prefersAsync } from './prefer.ts';

const asking = (prefer?: string | string[]): FastifyRequest =>
  ({ headers: { prefer } }) as unknown as FastifyRequest;

describe('the wait that a request prefers', () => {
  test.each<[string | string[] | undefined, number | null]>([
    [undefined, null],
    ['', null],
    ['wait=10', 10],
    ['wait=0', 0],
    ['wait=060', 60],
    ['wait=61', 60],
    ['wait=99999999999999999999999999', 60],
    ['WAIT=7', 7],
    ['  wait =  7 ', 7],
    ['wait="7"', 7],
    ['wait=7; strict', 7],
    ['respond-async, wait=7', 7],
    ['wait=7, respond-async', 7],
    ['wait=7, wait=9', 7],
    [['respond-async', 'wait=7'], 7],
    ['note="a, wait=9", wait=7', 7],
    ['note="a \\", wait=9", wait=7', 7],
    ['wait', null],
    ['wait=', null],
    ['wait=""', null],
    ['wait=soon', null],
    ['wait=-1', null],
    ['wait=+1', null],
    ['wait=1e9', null],
    ['wait=1.5', null],
    ['wait=0x10', null],
    ['wait=１', null],
    ['wait=1 0', null],
    ['await=10', null],
    ['x; wait=10', null],
    ['note="a, wait=9', null],
    ['wait=soon, wait=7', null],
  ])('of %j is %p', (prefer, seconds) => {
    expect(preferredWait(asking(prefer))).toBe(seconds);
  });
});

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ['respond-async', true],
  ['Respond-Async', true],
  ['wait=3, respond-async; foo=bar', true],
  ['return=minimal,respond-async', true],
  ['respond-asynchronously', false],
  ['foo="respond-async"', false],
  ['foo="x, respond-async, y"', false],
])('%j asks for an answer before the work is done: %p', (prefer, expected) => {
  expect(prefersAsync(asking(prefer))).toBe(expected);
});

test('whatever the header is, it is read in time that grows with its length', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', '\\', ',', ';', '=', 'a', ' ') }),
      (text) => {
        for (const [name, value] of parsePreferences(text)) {
          expect(text.toLowerCase()).toContain(name);
          expect(value.length).toBeLessThanOrEqual(text.length);
        }
      },
    ),
  );
  for (const part of ['"', '\\"', '",', ';"', '=', 'a"b']) parsePreferences(part.repeat(16_384));
});
