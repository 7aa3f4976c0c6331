import { expect, test } from '@jest/globals';
import { ApiClient } from '../support/api-client.ts';
import { appScript, launchApp, scratchFolder, startApp } from '../support/apps.ts';
import { serviceEnv } from '../support/backends.ts';
import { createTestDatabase } from '../support/database.ts';
import { startNode } from '../support/process.ts';

test('under another master key than that of the oldest key that is not revoked nothing starts: 2', async () => {
  const database = await createTestDatabase();
  const right = serviceEnv(database.url);
  const wrong = { ...right, DIALGATE_MASTER_KEY: Buffer.alloc(32, 8).toString('base64') };
  const createKey = async (env: Record<string, string>) =>
    startNode(appScript('create-key'), ['--vdn', '1', '--name', 'key', '--role', 'uploader'], {
      name: 'create-key',
      cwd: await scratchFolder(),
      env,
    });
  await (await createKey(right)).expectExit(0);

  const refused = [
    (await launchApp('api', wrong)).process,
    (await launchApp('standalone', wrong)).process,
    await createKey(wrong),
  ];
  for (const process of refused) {
    await process.expectExit(2);
    expect(process.output()).toMatch(
      /^DIALGATE_MASTER_KEY is not the one that the keys in the database are stored under: set that one\. .*revoke all keys/m,
    );
    expect(process.output()).not.toContain(wrong.DIALGATE_MASTER_KEY);
    expect(process.output()).not.toMatch(/^ +at /m);
  }

  // Where the right one is lost: what the message says.
  const [, statement = ''] = /\((UPDATE .*?NULL)\)/.exec(refused[0]?.output() ?? '') ?? [];
  await database.query(statement);
  await (await createKey(wrong)).expectExit(0);
  const api = await startApp('api', wrong);
  expect((await new ApiClient(api.url).get('/v1/vdns/1/keys')).status).toBe(200);
  await api.process.stop();
});
