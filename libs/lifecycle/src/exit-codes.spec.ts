import { expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { exitCodeOf } from './exit-codes.ts';

const error = (properties: object): Error => Object.assign(new Error('x'), properties);
const loop = new Error('x');
loop.cause = loop;

test.each<[unknown, number]>([
  [new Error('x'), 1],
  ['thrown text', 1],
  [undefined, 1],
  [loop, 1],
  [error({ code: 'EADDRINUSE' }), 1],
  [error({ code: '23505' }), 1],
  [error({ exitCode: 2 }), 2],
  [error({ exitCode: '2' }), 1],
  [error({ code: 'ECONNREFUSED' }), 75],
  [error({ code: 'ENOTFOUND' }), 75],
  [error({ code: '57P03' }), 75],
  [error({ code: '08006' }), 75],
  [new Error('Connection terminated unexpectedly'), 75],
  [new Error('timeout exceeded when trying to connect'), 75],
  [new Error('Query read timeout'), 75],
  [new Error('x', { cause: error({ code: 'ETIMEDOUT' }) }), 75],
  [new Error('x', { cause: error({ exitCode: 2 }) }), 2],
  [new AggregateError([error({ code: 'ECONNREFUSED' }), error({ code: 'ENETUNREACH' })]), 75],
])('%p ends with %d', (thrown, code) => {
  expect(exitCodeOf(thrown)).toBe(code);
});

test('a real connection that is refused ends with 75', async () => {
  const refused = await new Promise((resolve) => {
    connect({ host: 'localhost', port: 1 }).once('error', resolve);
  });
  expect(exitCodeOf(refused)).toBe(75);
});
