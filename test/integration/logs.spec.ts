import { describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { startApp } from '../support/apps.ts';
import { ADMIN_TOKEN, queueBackends, useServers } from '../support/backends.ts';
import { ndjson, unpaced } from '../support/factories.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { waitFor } from '../support/time.ts';

const NUMBERS = ['13900007001', '13900007002', '13900007003', '13900007004'] as const;
const SECRETS = [
  ...NUMBERS,
  'Lin-Zihang-31-March',
  'session-of-a-person',
  'field of a person',
  'batch-of-a-person',
  'campaign-of-a-person',
  'wrong-token-0123456789-0123456789',
  ADMIN_TOKEN,
];

const [plain, doubled, blocked, broken] = NUMBERS;

const record = (calledNo: string, members: object = {}): object => ({
  sessionId: 'session-of-a-person',
  called: [{ calledNo }],
  customField: 'field of a person',
  callData: '{"fullName":"Lin-Zihang-31-March"}',
  ...members,
});

describe.each(queueBackends)('the log on $name', (backend) => {
  const servers = useServers(backend);

  test('shows no number, no call data and no token, at its loudest and whatever goes wrong', async () => {
    const proxy = await PostgresProxy.start(servers.database.url);
    const env = { ...servers.env, DATABASE_URL: proxy.url, LOG_LEVEL: 'trace' };
    let app = await startApp('standalone', env);
    let client = new ApiClient(app.url);
    const statuses: number[] = [];
    const send = async (method: string, path: string, body?: string, type = 'application/json') => {
      const headers = body === undefined ? {} : { 'content-type': type };
      const answer = await client.send(method, path, {
        ...(body === undefined ? {} : { body }),
        headers,
      });
      statuses.push(answer.status);
    };
    const CALL = '/rest/isales/v2/openapi/campaigns/1/calldata/1';
    const UPLOADS = '/v1/vdns/1/campaigns/1/uploads';
    const callOf = (...list: object[]): string =>
      JSON.stringify({ batchId: 'batch-of-a-person', callDataList: list });

    await client.putCampaign(1, 1, unpaced({ name: 'campaign-of-a-person' }));
    await send('POST', '/v1/vdns/1/blocklist', `{"numbers":[{"number":"${blocked}"}]}`);
    // Each is admitted or refused, by the API or by the worker.
    await send('POST', CALL, callOf(record(plain)));
    await send('POST', CALL, callOf(record(doubled), record(doubled)));
    await send('POST', CALL, callOf(record(blocked)));
    await send('POST', CALL, callOf(record(`${broken}x`)));
    await send('POST', CALL, `{"callDataList":[{"called":"${broken}`);
    await send(
      'POST',
      CALL.replace('/1/calldata/1', `/${plain}/calldata/${broken}`),
      callOf(record(plain)),
    );
    const mixed = [record(plain), record(plain), record(blocked), record(`${broken}x`)];
    await send(
      'POST',
      `${UPLOADS}?batchId=batch-of-a-person`,
      `${ndjson(mixed)}${broken}"`,
      'application/x-ndjson',
    );
    await send('POST', UPLOADS, `{"callDataList":["${broken}`);
    await send('POST', UPLOADS, callOf(...mixed), `text/${broken}`);
    await send('GET', `/v1/vdns/1/blocklist?prefix=${plain}`);
    await send('GET', `/v1/vdns/1/blocklist?number=${plain}`);
    await send('GET', `/v1/vdns/1/uploads?batchId=batch-of-a-person&cursor=${plain}`);
    await send('DELETE', `/v1/vdns/1/blocklist/${plain}`);
    await send('DELETE', `/v1/vdns/1/blocklist/${blocked}`);
    await send('GET', `/v1/${plain}`);
    await send('GET', `/v1/${plain}/%zz`);
    await send('GET', `/v1/uploads/${plain}`);
    await new ApiClient(app.url, 'wrong-token-0123456789-0123456789').get(`/v1/uploads/${plain}`);
    expect(statuses).toEqual([
      200, 200, 200, 200, 200, 200, 200, 202, 400, 415, 200, 400, 400, 404, 204, 404, 404, 404,
    ]);

    // And where the database itself says what it does not like, or goes away: there is nothing to wait for.
    await app.process.stop();
    const first = app.process.output();
    app = await startApp('standalone', { ...env, SYNC_WAIT_MS: '1000' });
    client = new ApiClient(app.url);
    await servers.database.query(
      `ALTER TABLE records ADD CONSTRAINT none_of_these CHECK (source NOT LIKE '%${broken}%')`,
    );
    await servers.database.query(
      `ALTER TABLE blocklist ADD CONSTRAINT none_of_those CHECK (number <> '${broken}')`,
    );
    await send('POST', '/v1/vdns/1/blocklist', `{"numbers":[{"number":"${broken}"}]}`);
    await send('POST', CALL, callOf(record(broken)));
    await send('POST', UPLOADS, callOf(record(broken)));
    await waitFor(() => app.process.output().includes('none_of_these'), {
      what: 'the failure to be logged',
    });
    proxy.down();
    await send('POST', CALL, callOf(record(plain)));
    await send('POST', UPLOADS, callOf(record(plain)));
    await send('DELETE', `/v1/vdns/1/blocklist/${plain}`);
    proxy.heal();
    expect(statuses.slice(-6)).toEqual([503, 503, 202, 503, 503, 503]);

    await waitFor(async () => (await client.get('/readyz')).status === 200, {
      what: 'being ready',
    });
    await app.process.stop();
    const output = first + app.process.output();
    // It was the loudest, and it was about these requests.
    expect(output).toContain('/v1/vdns/:vdnId/blocklist/:number');
    expect(output).toContain('The database failed');
    for (const secret of SECRETS) {
      expect(output.split('\n').filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});
