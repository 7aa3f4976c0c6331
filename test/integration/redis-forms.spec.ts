import { beforeAll, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { launchApp, startApp, stopApps } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import { records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import { command, hasClusters, redisForms, startCluster } from '../support/redis-forms.ts';
import { startRedis } from '../support/redis.ts';

const random = seededRandom();

test.each(redisForms())(
  'REDIS_URL may name $name: uploads and calls go through, and a stop works without it',
  async ({ start }) => {
    const [database, { redisUrl, kill }] = await Promise.all([createTestDatabase(), start()]);
    const env = serviceEnv(database.url, redisUrl);
    const apps = [await startApp('api', env), await startApp('worker', env)];
    const client = new ApiClient(apps[0]?.url ?? '');
    await client.putCampaign(1, 1, unpaced());
    const { id } = await client.upload(1, 1, records(random, 30));
    expect((await client.finished(id)).counts.accepted).toBe(30);
    const answer = await client.call(1, 1, records(random, 2));
    expect(answer.json().resultCode).toBe('0200000');
    await kill();
    await stopApps(apps);
  },
);

describe('a Redis that cannot be used is named by its setting, without its password:', () => {
  let databaseUrl: string;
  let open: string;
  let closed: string;

  beforeAll(async () => {
    databaseUrl = (await createTestDatabase()).url;
    const [first, second] = [await startRedis(), await startRedis()];
    await command(second.url, 'ACL', 'SETUSER', 'weak', 'on', '>weak-secret', '+ping', '+hello');
    await command(second.url, 'CONFIG', 'SET', 'requirepass', 'secret');
    [open, closed] = [first.url, second.url];
  });

  const withAccess = (url: string, access: string): string => url.replace('//', `//${access}@`);

  type Refusal = [what: string, url: () => string | Promise<string>, told: string];

  const CHECK = 'check REDIS_URL';
  const WRONG_PASSWORD = `lets nobody in with this user and password: ${CHECK}`;

  const ofServers: Refusal[] = [
    ['without a password', () => closed, `lets nobody in without a password: ${CHECK}`],
    ['with a wrong one', () => withAccess(closed, ':not-to-be-shown'), WRONG_PASSWORD],
    [
      'as a user without rights',
      () => withAccess(closed, 'weak:weak-secret'),
      `lets nobody in whose rights do not suffice: ${CHECK}`,
    ],
    [
      'a database that is not there',
      () => `${open}/99`,
      `has no database of this number: ${CHECK}`,
    ],
  ];

  const ofClusters: Refusal[] = [
    [
      'a node of a Cluster as if it were alone',
      async () => (await startCluster()).node,
      'is a node of a Cluster: in REDIS_URL name several nodes with commas between them, or this one twice',
    ],
    [
      'a Cluster with a wrong password',
      async () => {
        const { node } = await startCluster();
        await command(node, 'CONFIG', 'SET', 'requirepass', 'secret');
        const wrong = withAccess(node, ':not-to-be-shown');
        return `${wrong},${wrong}`;
      },
      WRONG_PASSWORD,
    ],
  ];

  test.each([...ofServers, ...(hasClusters() ? ofClusters : [])])('%s', async (_, url, told) => {
    const { process } = await launchApp('worker', serviceEnv(databaseUrl, await url()));
    await process.expectExit(1);
    expect(process.output().split('\n')).toContain(`Redis ${told}.`);
    expect(process.output()).not.toMatch(/not-to-be-shown|weak-secret|^ +at /m);
  });
});
