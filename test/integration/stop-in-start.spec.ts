import { execFileSync } from 'node:child_process';
import { chmod, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { ApiClient } from '../support/api-client.ts';
import { launchApp, scratchFolder, startApp } from '../support/apps.ts';
import { ADMIN_TOKEN } from '../support/backends.ts';
import { ndjson, records } from '../support/factories.ts';
import type { TestProcess } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
import { StreamedUpload } from '../support/streamed-upload.ts';
import { waitFor } from '../support/time.ts';

const random = seededRandom();
let dataDir: string;
let env: Record<string, string>;

beforeEach(newFolder);

async function newFolder(): Promise<void> {
  dataDir = await scratchFolder();
  // Where the tests run as root, Postgres runs as somebody else, who has to get there.
  await chmod(dataDir, 0o711);
  env = { DIALGATE_DATA_DIR: dataDir, DIALGATE_ADMIN_TOKEN: ADMIN_TOKEN, LOG_LEVEL: 'info' };
}

/** The processes of the embedded Postgres of this test, and those that make its database. */
const postgres = (): string[] =>
  execFileSync('ps', ['-axo', 'command='], { encoding: 'utf8' })
    .split('\n')
    .filter((command) => /(postgres|initdb)\b.*/.test(command) && command.includes(dataDir));

const filesOfPostgres = (): Promise<string[]> =>
  readdir(join(dataDir, 'postgres'), { recursive: true }).catch(() => []);

async function isReceiving(): Promise<boolean> {
  const [password, pid] = await Promise.all([
    readFile(join(dataDir, 'postgres/password'), 'utf8'),
    readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'),
  ]);
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port: Number(pid.split('\n')[3]), database: 'dialgate' },
    ...{ user: 'dialgate', password: password.trim() },
  });
  await client.connect();
  try {
    const { rowCount } = await client.query(`SELECT FROM uploads WHERE state = 'receiving'`);
    return rowCount === 1;
  } finally {
    await client.end();
  }
}

type Look = (process: TestProcess) => boolean | Promise<boolean>;

const hasFile = async (name: RegExp): Promise<boolean> =>
  (await filesOfPostgres()).some((file) => name.test(file));

test.each<[moment: string, hasBegun: Look, isOver: Look]>([
  ['its database is being made', () => hasFile(/^(new-[^.]*|data)$/), () => hasFile(/^data$/)],
  ['Postgres starts', () => hasFile(/^data.postmaster\.pid$/), () => false],
  ['it migrates', (process) => process.output().includes('Applied'), () => false],
])('stopped while %s it ends with 0, and Postgres before it', async (_, hasBegun, isOver) => {
  await waitFor(
    async () => {
      await newFolder();
      const { process } = await launchApp('standalone', env);
      await process.until(async () => hasBegun(process), { what: 'the moment' });
      // A busy machine may see a moment when it is over: that is tried again.
      const isInTime = !(await isOver(process));
      await process.stop({ signal: 'SIGTERM' });
      expect(postgres()).toEqual([]);
      expect(process.output()).toContain('Stopped');
      expect(process.output()).not.toMatch(/does not answer|57P01|"level":50/);
      return isInTime;
    },
    { what: 'a stop that is not too late' },
  );
});

test.each([
  { how: 'SIGHUP, with a sender that does not come to its end', signal: 'SIGHUP', seconds: '1' },
  { how: 'SIGTERM, again and again', signal: 'SIGTERM', seconds: '600' },
] as const)('$how: Postgres is not left behind', async ({ signal, seconds }) => {
  const app = await startApp('standalone', { ...env, SHUTDOWN_SECONDS: seconds });
  await new ApiClient(app.url).putCampaign(1, 1, { batchSize: 10 });
  const upload = new StreamedUpload(app.url, 1, 1);
  await upload.write(ndjson(records(random, 15)));
  await waitFor(isReceiving, { what: 'a batch of the upload to be staged' });
  expect(postgres()).not.toEqual([]);
  if (seconds === '1') {
    await app.process.stop({ signal });
    expect(postgres()).toEqual([]);
  } else {
    await waitFor(
      () => {
        if (app.process.running) app.process.signal(signal);
        return !app.process.running;
      },
      { what: 'the impatience to be heard', pollMs: 100 },
    );
    await app.process.expectExit(1);
    // It was told to stop, and nobody waited.
    await waitFor(() => postgres().length === 0, { what: 'the end of Postgres', pollMs: 50 });
  }
  await expect(upload.answer).rejects.toThrow();
});
