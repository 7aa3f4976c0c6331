import { expect, test } from '@jest/globals';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../support/api-client.ts';
import { launchApp, scratchFolder, startApp } from '../support/apps.ts';
import { records, unpaced } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';

const random = seededRandom();

test('without any server it brings its own, one owner a folder, and keeps all of it across restarts', async () => {
  const dataDir = await scratchFolder();
  // Where the tests run as root, Postgres runs as somebody else, who has to get there.
  await chmod(dataDir, 0o711);
  const env = { DIALGATE_DATA_DIR: dataDir, LOG_LEVEL: 'info' };
  const first = await startApp('standalone', env, 'first');

  // The token is made, printed once, and for its owner alone.
  const file = join(dataDir, 'admin-token');
  const token = (await readFile(file, 'utf8')).trim();
  expect(token).toMatch(/^\S{32,}$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(dataDir, 'master-key'))).mode & 0o777).toBe(0o600);
  await first.process.untilOutput(/--data-binary/);
  expect(first.process.output().split(token)).toHaveLength(2);
  expect(first.process.output()).toContain(`embedded Postgres in ${dataDir}`);
  const client = new ApiClient(first.url, token);
  await client.putCampaign(1, 1, unpaced());
  const { id } = await client.upload(1, 1, records(random, 3));
  await client.finished(id);

  const second = await launchApp('standalone', env, 'second');
  await second.process.expectExit(1);
  expect(second.process.output()).toContain(
    `The data folder ${dataDir} is in use by process ${first.process.pid}.`,
  );
  expect(second.process.output()).not.toContain(token);
  // Whom it has left alone.
  expect((await client.get('/readyz')).status).toBe(200);
  await first.process.stop();

  const third = await startApp('standalone', env, 'third');
  const again = new ApiClient(third.url, token);
  expect((await again.getUpload(id)).counts.accepted).toBe(3);
  await third.process.untilOutput(/--data-binary/);
  expect(third.process.output()).not.toContain(token);
  expect(third.process.output()).toContain(`$(cat '${file}')`);
  await third.process.stop();
});

test('without its own Postgres it ends with 75, and the next start goes on', async () => {
  const dataDir = await scratchFolder();
  await chmod(dataDir, 0o711);
  const env = { DIALGATE_DATA_DIR: dataDir, LOG_LEVEL: 'info' };
  const first = await startApp('standalone', env, 'first');
  const [postgres] = (await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split(
    '\n',
  );
  process.kill(Number(postgres), 'SIGKILL');
  await first.process.expectExit(75);
  expect(first.process.output()).toContain('The embedded Postgres ended by itself');

  const second = await startApp('standalone', env, 'second');
  await second.process.stop();
});
