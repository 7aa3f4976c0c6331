import { expect, test } from '@jest/globals';
import { DialgateClient } from './client.ts';

test.each([
  'hidden',
  'ftp://a.example/hidden',
  'http://hidden@a.example',
  'http://:hidden@a.example',
  'http://a.example/?hidden=1',
  'http://a.example/#hidden',
])('the service is not at %s, and what is said about it does not show it', (baseUrl) => {
  const make = () => new DialgateClient({ baseUrl, credentials: { token: 't' } });
  expect(make).toThrow(TypeError);
  expect(make).toThrow(/^(?!.*hidden)baseUrl must be/);
});

test.each([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/v1/vdns/1/campaigns/46'],
  ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/v1/vdns/1/campaigns/46'],
  ['https://example.org/dialgate', 'https://example.org/dialgate/v1/vdns/1/campaigns/46'],
  ['https://example.org/a/dialgate/', 'https://example.org/a/dialgate/v1/vdns/1/campaigns/46'],
])('the path of %s is kept', async (baseUrl, expected) => {
  const asked: string[] = [];
  const client = new DialgateClient({
    baseUrl,
    credentials: { token: 't' },
    fetch: (input) => {
      asked.push(new Request(input).url);
      return Promise.resolve(Response.json({ campaignId: 46 }));
    },
  });
  await client.campaigns.get({ vdnId: 1, campaignId: 46 });
  expect(asked).toEqual([expected]);
});
