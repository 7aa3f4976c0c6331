import { expect, test } from '@jest/globals';
import { useService } from './service.ts';

const service = useService();

test('credentials and type come before everything', async () => {
  const path = '/rest/isales/v2/openapi/campaigns/x/calldata/x';
  const type = await service.client.send('POST', path, {
    body: '{',
    headers: { 'content-type': 'text/plain' },
  });
  expect([type.status, type.headers.get('content-type')]).toEqual([
    415,
    'application/problem+json; charset=utf-8',
  ]);
  const token = await service.client.send('POST', path, {
    body: '{',
    headers: { 'content-type': 'text/plain', authorization: 'Bearer wrong' },
  });
  expect([token.status, token.headers.get('content-type')]).toEqual([
    401,
    'application/problem+json; charset=utf-8',
  ]);
});
