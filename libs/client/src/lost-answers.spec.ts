import { describe, expect, test } from '@jest/globals';
import { DialgateClient } from './client.ts';
import type { DialgateError } from './dialgate-error.ts';
import type { SendingProgress } from './outgoing-body.ts';

/**
 * What one attempt meets: a status, or Node's code of a failure; `read`: the whole body is read before; `says`: what the
 * problem of such an answer says of what was kept.
 */
type Fate = number | string | { readonly read: number | string; readonly says?: object };

/** A client whose attempts meet these, one after the other. */
function meeting(...fates: readonly Fate[]): DialgateClient {
  const left = [...fates];
  return new DialgateClient({
    baseUrl: 'http://127.0.0.1',
    credentials: { token: 't' },
    retry: { attempts: fates.length, firstDelayMs: 1 },
    fetch: async (_, init) => {
      const fate = left.shift() ?? 500;
      const end = typeof fate === 'object' ? fate.read : fate;
      const { body } = init ?? {};
      if (typeof fate === 'object' && body instanceof ReadableStream)
        await new Response(body).text();
      if (typeof end === 'string') throw Object.assign(new Error(end), { code: end });
      const says = typeof fate === 'object' ? fate.says : undefined;
      const problem = says && JSON.stringify({ title: 'the database failed', ...says });
      return new Response(problem ?? null, { status: end });
    },
  });
}

const failureOf = (promise: Promise<unknown>): Promise<DialgateError> =>
  promise.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: unknown) => error as DialgateError,
  );

describe('a number that is not there was removed', () => {
  test.each<[string, Fate[]]>([
    ['by an attempt whose answer was lost', ['ECONNRESET', 404]],
    ['by one whose answer was a failure', [502, 404]],
    ['by one before others', [503, 'ECONNREFUSED', 404]],
  ])('%s', async (_, fates) => {
    await expect(meeting(...fates).blocklist.remove(1, '110')).resolves.toBeUndefined();
  });

  test.each<[string, Fate[]]>([
    ['at the first attempt', [404]],
    ['after no connection came about', ['ECONNREFUSED', 404]],
    ['after a refusal for now', [429, 404]],
  ])('not where it is not there %s', async (_, fates) => {
    expect(await failureOf(meeting(...fates).blocklist.remove(1, '110'))).toMatchObject({
      status: 404,
      mayHaveTakenEffect: false,
    });
  });
});

test.each<[string, Fate[]]>([
  ['at the first attempt', [404]],
  ['after a lost answer', ['ECONNRESET', 404]],
])('a key that the VDN does not have cannot be revoked, %s', async (_, fates) => {
  expect(await failureOf(meeting(...fates).keys.revoke(1, 'AK'))).toMatchObject({ status: 404 });
});

describe('whether a failed upload may have been accepted', () => {
  test.each<[string, Fate[], boolean]>([
    ['no connection', ['ECONNREFUSED'], false],
    ['a connection that broke on the way', ['ECONNRESET'], false],
    ['a refusal', [{ read: 400 }], false],
    ['a failure before the end was sent', [503], false],
    ['a lost answer', [{ read: 'ECONNRESET' }], true],
    ['a failure after the end was sent', [{ read: 502 }], true],
    ['a failure that kept nothing', [{ read: 503, says: { nothingKept: true } }], false],
    ['a failure of which this is not known', [{ read: 503, says: {} }], true],
    ['a failure that speaks otherwise', [{ read: 503, says: { nothingKept: 'no' } }], true],
    [
      'a lost answer, and then a failure that kept nothing',
      [{ read: 'ECONNRESET' }, { read: 503, says: { nothingKept: true } }],
      true,
    ],
    ['a lost answer, and then no connection', [{ read: 'ECONNRESET' }, 'ECONNREFUSED'], true],
    ['a lost answer, and then a refusal', [{ read: 'ECONNRESET' }, { read: 401 }], true],
  ])('%s: %s', async (_, fates, expected) => {
    const seen: SendingProgress[] = [];
    const place = { vdnId: 1, campaignId: 46 };
    const sending = meeting(...fates).uploads.send(
      place,
      { items: [{ called: [{ calledNo: '1' }] }] },
      { onProgress: (progress) => seen.push(progress) },
    );
    expect(await failureOf(sending)).toMatchObject({ mayHaveTakenEffect: expected });
    expect(seen.some(({ ended }) => ended)).toBe(fates.some((fate) => typeof fate === 'object'));
  });
});
