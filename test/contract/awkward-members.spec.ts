import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../support/api-client.ts';
import { newVdn, useService } from './service.ts';

const service = useService();

const NAMES = ['__proto__', 'constructor', 'prototype', 'unknown'];

const send = (method: string, path: string, body: string): Promise<Answer> =>
  service.client.send(method, path, { body, headers: { 'content-type': 'application/json' } });

/** Each call with a place for one more member, and where that is. */
const CALLS = [
  ['PUT', '/campaigns/1', '{"name":"n",?}', ''],
  ['POST', '/keys', '{"name":"n","roles":["admin"],?}', ''],
  ['POST', '/blocklist', '{"numbers":[],?}', ''],
  ['POST', '/blocklist', '{"numbers":[{"number":"1",?}]}', 'numbers[0].'],
  ['POST', '/calldata/results', '[{"dataId":"1","result":"failed",?}]', '[0].'],
] as const;

describe.each(CALLS)('%s %s %s', (method, path, body, outer) => {
  test.each(NAMES)('refuses the member %s', async (name) => {
    const vdn = newVdn();
    const member = `"${name}":{"state":"expired","isAdmin":true}`;
    const answer = await send(method, `/v1/vdns/${vdn}${path}`, body.replace('?', member));
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { code: '0200001', place: `${outer}${name}` },
    ]);
    for (const list of ['campaigns', 'keys', 'blocklist']) {
      const found = await service.client.get(`/v1/vdns/${vdn}/${list}`);
      expect(found.json()).toMatchObject({ items: [] });
    }
  });
});

test.each([['[]'], ['[[]]'], ['null'], ['"1"'], ['1']])(
  'an item %s of a blocklist in JSON is 02000006 at its place',
  async (item) => {
    const path = `/v1/vdns/${newVdn()}/blocklist`;
    const answer = await send('POST', path, `{"numbers":[${item}]}`);
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { code: '02000006', place: 'numbers[0]' },
    ]);
  },
);
