import { describe, expect, test } from '@jest/globals';
import { CODE, PROBLEMS, toProblem } from '#errors';
import { errorOf, readRetryAfter } from './dialgate-error.ts';

const NOW = Date.parse('2026-11-24T02:00:00Z');

test.each([
  [null, null],
  ['0', 0],
  ['7', 7],
  ['Tue, 24 Nov 2026 02:00:09 GMT', 9],
  ['Tue, 24 Nov 2026 01:00:00 GMT', 0],
  ['soon', null],
])('Retry-After: %s is %s seconds', (text, seconds) => {
  expect(readRetryAfter(text, NOW)).toBe(seconds);
});

describe('an answer as an error', () => {
  const of = (body: string, init: ResponseInit) =>
    errorOf(new Response(body, init), 'GET /v1', 'key');

  test('a problem with a code', async () => {
    const problem = toProblem({ code: CODE.CAMPAIGN_NOT_FOUND, place: 'campaignId' }, 'en_US');
    const error = await of(JSON.stringify(problem), { status: 404 });
    expect(error).toMatchObject({ ...problem, kind: 'refused', idempotencyKey: 'key' });
    expect(error.message).toBe(`GET /v1: 404 0200007 ${problem.detail}`);
  });

  test('the kind that says that the first request is still running has the name it is known by', () => {
    expect(PROBLEMS).toHaveProperty('IDEMPOTENCY_KEY_IN_USE');
    expect(toProblem({ problem: 'IDEMPOTENCY_KEY_IN_USE' }, 'en_US').type).toBe(
      'urn:dialgate:problem:idempotency-key-in-use',
    );
  });

  test('an envelope', async () => {
    const envelope = { resultCode: '0200006', resultDesc: 'the database failed' };
    const headers = { 'retry-after': '5' };
    const error = await of(JSON.stringify(envelope), { status: 503, headers });
    expect(error).toMatchObject({ code: '0200006', status: 503, retryAfterSeconds: 5 });
    expect(error.message).toBe('GET /v1: 503 0200006 the database failed');
  });

  test.each(['<html>Bad gateway</html>', '', '[1]', '"text"', '{"status": 502}', 'null'])(
    'something that is not ours: %s',
    async (body) => {
      const error = await of(body, { status: 502, statusText: 'Bad Gateway' });
      expect(error).toMatchObject({ kind: 'refused', status: 502, code: null });
      expect(error.message).toBe('GET /v1: 502 Bad Gateway');
    },
  );

  test('a redirection is not what was asked for', async () => {
    expect(await of('', { status: 302 })).toMatchObject({ kind: 'unexpected', status: 302 });
  });
});
