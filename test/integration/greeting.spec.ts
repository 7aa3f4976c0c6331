import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { appScript, scratchFolder } from '../support/apps.ts';
import { ADMIN_TOKEN, serviceEnv } from '../support/backends.ts';
import { makeCertificate, writePair } from '../support/certificate.ts';
import { createTestDatabase } from '../support/database.ts';
import { startNode } from '../support/process.ts';

/** A shell's `curl` that says what it was called with, a line each. */
const SAY = String.raw`curl() { printf '%s\n' "$@"; }; `;

const UNNAMED = ['-X', '-H', '-d', '--data-binary', '--cacert', '--resolve'];

/** What a shell calls curl with when it is given the commands that `npm start` prints. */
async function printed(env: Record<string, string>, cwd: string): Promise<string[]> {
  const app = startNode(appScript('standalone'), [], { name: 'standalone', cwd, env });
  await app.untilOutput(/--data-binary .*\n/);
  await app.stop();
  const [, commands = ''] = app.stdout().split('upload a first record to it:\n');
  const said = execFileSync('sh', ['-c', SAY + commands], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '' },
  });
  return said.split('\n').filter((word) => !UNNAMED.includes(word));
}

test('the commands that npm start prints work as they are: the token in a file, whatever its folder is called', async () => {
  const { url } = await createTestDatabase();
  const folder = join(await scratchFolder(), "the operator's $HOME");
  await mkdir(folder);
  await writeFile(join(folder, 'admin-token'), `${ADMIN_TOKEN}\n`);
  const env = {
    ...serviceEnv(url),
    DIALGATE_ADMIN_TOKEN: '',
    DIALGATE_DATA_DIR: folder,
    PORT: '0',
  };
  const words = await printed(env, await scratchFolder());
  expect(words.filter((word) => word === `Authorization: Bearer ${ADMIN_TOKEN}`)).toHaveLength(2);
  expect(words).toContainEqual(
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\/vdns\/1\/campaigns\/1$/),
  );
});

test('the token in a .env, and a certificate that only its owner knows', async () => {
  const { url } = await createTestDatabase();
  const { DIALGATE_ADMIN_TOKEN: token = '', ...env } = serviceEnv(url);
  const cwd = await scratchFolder();
  await writeFile(join(cwd, '.env'), `DIALGATE_ADMIN_TOKEN="${token}" # of the tests\n`);
  const { cert, key } = makeCertificate();
  const files = await writePair(cwd, cert, key);
  const words = await printed({ ...env, ...files, PORT: '0' }, cwd);
  expect(words.filter((word) => word === `Authorization: Bearer ${token}`)).toHaveLength(2);
  expect(words.filter((word) => word === files.TLS_CERT_FILE)).toHaveLength(2);
  expect(words).toContainEqual(expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/v1/));
});
