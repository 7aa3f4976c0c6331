import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { takeLock } from './folder-lock.ts';
import type { FolderLock } from './folder-lock.ts';
import { identify } from './process-identity.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialgate-lock-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function taken(): Promise<FolderLock> {
  const lock = await takeLock(folder);
  if (!('release' in lock)) {
    throw new Error(`held by ${lock.pid}`);
  }
  return lock;
}

/** A lock file as a holder leaves it. */
const leave = (number: number, holder: object): Promise<void> =>
  writeFile(join(folder, String(number)), JSON.stringify(holder));

async function deadPid(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
  return Number(stdout);
}

test('one has it until it is given back', async () => {
  const lock = await taken();
  expect(await takeLock(folder)).toMatchObject({ pid: process.pid });
  await lock.release();
  await (await taken()).release();
});

test('of many at once one gets it, over and over', async () => {
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => takeLock(folder)));
    const locks = answers.filter((answer) => 'release' in answer);
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
  }
});

test('a dead process holds nothing', async () => {
  await leave(7, { pid: await deadPid(), started: 'then' });
  await (await taken()).release();
});

test('a process that only has the ID of the holder is not the holder', async () => {
  await leave(7, { pid: process.pid, started: 'at another time' });
  await (await taken()).release();
});

test('where starts are not known, the ID decides', async () => {
  await leave(7, { pid: process.pid });
  expect(await takeLock(folder)).toEqual({ pid: process.pid });
});

test('a file that a crash of the machine cut holds nothing', async () => {
  await writeFile(join(folder, '7'), '');
  await (await taken()).release();
});

test('the highest number decides, and is never reused', async () => {
  await leave(8, (await identify(process.pid)) ?? {});
  await leave(7, { pid: await deadPid(), started: 'then' });
  expect(await takeLock(folder)).toMatchObject({ pid: process.pid });
  await leave(8, {});
  await taken();
  expect(await readdir(folder)).toEqual(['9']);
});
