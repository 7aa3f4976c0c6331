import { expect, test } from '@jest/globals';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appScript, scratchFolder } from '../support/apps.ts';
import { startNode } from '../support/process.ts';
import type { TestProcess } from '../support/process.ts';

const startDemo = async (folder: string, env: Record<string, string> = {}): Promise<TestProcess> =>
  startNode(appScript('demo'), [], {
    name: 'demo',
    cwd: await scratchFolder(),
    env: { DIALGATE_DATA_DIR: join(folder, 'data'), ...env },
  });

/** The processes that have the folder in their command line, as Postgres's first one has. */
async function processesOn(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    // One may end while it is looked at.
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(folder));
}

async function expectNothingLeft(folder: string): Promise<void> {
  expect(await readdir(folder)).toEqual([]);
  expect(await processesOn(folder)).toEqual([]);
}

test('shows everything, checks it, and leaves nothing behind', async () => {
  const folder = await scratchFolder();
  const ignored = 'postgres://u:secret@127.0.0.1:1/x';
  const demo = await startDemo(folder, {
    DATABASE_URL: ignored,
    REDIS_URL: 'redis://127.0.0.1:1',
    UPLOAD_MAX_RECORDS: '5',
  });
  await demo.untilOutput(/^ +\d+ % \| /m);
  expect(await processesOn(folder)).not.toEqual([]);
  await demo.expectExit(0, 120_000);
  const output = demo.output();

  expect(output).toMatch(/^DATABASE_URL is set and ignored/m);
  expect(output).toMatch(/^REDIS_URL is set and ignored/m);
  expect(output).not.toContain('secret');
  // A line for each batch, where the machine is not too slow for it, at least one of them with the time that is left.
  expect(output.match(/^ +\d+ % \| .* of 20,000 decided/gm)?.length).toBeGreaterThanOrEqual(2);
  expect(output).toMatch(/batch \d+ of 10 \| \d+ s left/);
  expect(output).toMatch(/^ +100 % \| 20,000 of 20,000 decided .* done$/m);
  expect(output).toMatch(/received +20,000 (.|\n)*accepted +19,622 (.|\n)*invalid +198 /);
  expect(output).toMatch(/duplicate +80 (.|\n)*blocklisted +100 (.|\n)*pending +0 /);
  expect(output).toContain('"outcome":"accepted","dataId":"1000000000000000000"');
  for (const code of CODES)
    expect(output).toMatch(new RegExp(`^ +${code} +\\d+ x +line +\\d+ `, 'm'));
  expect(output).toMatch(/"returnCode":"0200000".*"totalSize":19624/);
  expect(output.match(/^ +✔ /gm)).toHaveLength(16);
  expect(output).not.toContain('✘');
  expect(output).toContain('All 16 checks passed.');
  await expectNothingLeft(folder);
});

const CODES = [
  '0200018',
  '0200024',
  '0200030',
  '02000001',
  '02000002',
  '02000003',
  '02000004',
  '02000006',
  '02000007',
  '02000008',
  '02000009',
  '02000010',
  '02000011',
];

test.each([
  ['while it starts', /^Starting/m],
  ['while it works', /^ +\d+ % \| /m],
])('an interruption %s stops all, with 130', async (_, moment) => {
  const folder = await scratchFolder();
  const demo = await startDemo(folder);
  await demo.untilOutput(moment);
  await demo.stop({ signal: 'SIGINT', code: 130 });
  expect(demo.output()).toContain('Interrupted by SIGINT: everything is stopped');
  expect(demo.output()).not.toContain('✔');
  await expectNothingLeft(folder);
});

test('what a killed demo left is removed by the next one', async () => {
  const folder = await scratchFolder();
  const killed = await startDemo(folder);
  await killed.untilOutput(/^Campaign/m);
  await killed.kill();
  expect(await readdir(join(folder, 'data', 'demo'))).toHaveLength(1);

  const next = await startDemo(folder);
  await next.untilOutput(/^Campaign/m);
  expect(await readdir(join(folder, 'data', 'demo'))).toHaveLength(1);
  await next.stop({ signal: 'SIGHUP', code: 129 });
  // The folder was made by the first one, so that it stays; below it nothing does.
  expect(await readdir(join(folder, 'data'))).toEqual([]);
  expect(await processesOn(folder)).toEqual([]);
});

test('what goes wrong is explained, with 1', async () => {
  const folder = await scratchFolder();
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data', 'demo'), 'a file where the demo makes a folder');
  const demo = await startDemo(folder);
  await demo.expectExit(1);
  expect(demo.output()).toMatch(/^The demo failed: .*(EEXIST|ENOTDIR)/m);
});

test('a wrong setting is named, with 2', async () => {
  const demo = await startDemo(await scratchFolder(), { LOG_LEVEL: 'loud' });
  await demo.expectExit(2);
  expect(demo.output()).toContain('LOG_LEVEL must be one of');
});
