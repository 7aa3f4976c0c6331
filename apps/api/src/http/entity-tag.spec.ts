import { expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { alreadyHas } from './entity-tag.ts';

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ['', false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b"', false],
  ['"b", W/"a"', true],
  ['W/"b","a" , "c"', true],
  ['*', true],
  [' * ', true],
  ['"*"', false],
  ['a', false],
  ['"a', false],
  ['w/"a"', true],
  ['"b"a"c"', false],
  ['"ab"', false],
  ['"b", *', false],
])('If-None-Match: %s names the tag a: %p', (given, expected) => {
  const request = { headers: { 'if-none-match': given } } as unknown as FastifyRequest;
  expect(alreadyHas(request, 'a')).toBe(expected);
});
