import { describe, expect, test } from '@jest/globals';
import { DialgateClient } from './client.ts';

const place = { vdnId: 1, campaignId: 46 };
const calledOnce = [{ called: [{ calledNo: '1' }] }];

const all = async (items: AsyncIterable<unknown>): Promise<void> => {
  for await (const item of items) expect(item).toBeDefined();
};

const REQUESTS: readonly [string, (client: DialgateClient) => Promise<unknown>][] = [
  ['a view', ({ campaigns }) => campaigns.get(place)],
  ['a campaign that is put', ({ campaigns }) => campaigns.put(place)],
  ['counts', ({ blocklist }) => blocklist.add(1, [])],
  ['a list', ({ keys }) => all(keys.list(1))],
  ['leases', ({ dialer }) => dialer.lease(place)],
  ['results', ({ dialer }) => dialer.report(1, [])],
  ['a call', ({ calls }) => calls.add(place, calledOnce)],
  ['an upload', ({ uploads }) => uploads.send(place, { items: calledOnce })],
  ['an upload that is followed', ({ uploads }) => all(uploads.follow('u'))],
  ['receipts', ({ uploads }) => all(uploads.receipts('u'))],
  ['receipts as CSV', ({ uploads }) => all(uploads.rawReceipts('u', { format: 'csv' }))],
  ['records as sent', ({ uploads }) => all(uploads.rawReceipts('u', { format: 'source' }))],
];

describe.each([
  ['a page', 'text/html', '<html>Welcome</html>'],
  ['JSON of others', 'application/json', '{"status":"ok"}'],
  ['JSON that is no object', 'application/json', 'null'],
  ['nothing', 'text/plain', ''],
])('%s is not taken for an answer', (_, type, body) => {
  test.each(REQUESTS)('with %s', async (__, request) => {
    const client = new DialgateClient({
      baseUrl: 'http://127.0.0.1',
      credentials: { token: 't' },
      fetch: (input) => {
        const isUpload = new Request(input).url.includes('/campaigns/46/uploads');
        const init = { status: isUpload ? 202 : 200, headers: { 'content-type': type } };
        return Promise.resolve(new Response(body, init));
      },
      retry: { attempts: 1 },
    });
    await expect(request(client)).rejects.toMatchObject({
      name: 'DialgateError',
      kind: 'unexpected',
    });
  });
});

test('a line that is no receipt is told of as well', async () => {
  const client = new DialgateClient({
    baseUrl: 'http://127.0.0.1',
    credentials: { token: 't' },
    fetch: () =>
      Promise.resolve(
        new Response('{"line":1}\n<html>\n', {
          headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
        }),
      ),
  });
  const lines: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const { line } of client.uploads.receipts('u')) lines.push(line);
  };
  await expect(reading()).rejects.toMatchObject({ name: 'DialgateError', kind: 'unexpected' });
  expect(lines).toEqual([1]);
});
