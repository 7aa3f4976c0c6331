import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from './log-file.ts';

const MIB = 'x'.repeat(1024 * 1024);
let folder: string;
let complaints: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialgate-log-'));
  complaints = [];
});

afterEach(() => rm(folder, { recursive: true }));

const open = (path = join(folder, 'log')): LogFile =>
  new LogFile(path, (line) => complaints.push(line));

test('goes on where it was, and never takes more than two files of 5 MiB', async () => {
  await writeFile(join(folder, 'log'), MIB);
  const log = open();
  for (let i = 0; i < 4; i += 1) {
    log.write(MIB);
  }
  expect(await readdir(folder)).toEqual(['log']);
  for (let i = 0; i < 20; i += 1) {
    log.write(MIB);
  }
  log.write('the last line');
  expect(await readdir(folder)).toEqual(['log', 'log.1']);
  expect((await stat(join(folder, 'log.1'))).size).toBe(5 * MIB.length);
  expect((await stat(join(folder, 'log'))).size).toBeLessThanOrEqual(5 * MIB.length);
  expect(await readFile(join(folder, 'log'), 'utf8')).toMatch(/the last line$/);
  expect(complaints).toEqual([]);
});

test('a log that cannot be written is said once, and ends nothing', () => {
  const log = open(join(folder, 'missing', 'log'));
  log.write('a');
  log.write('b');
  expect(complaints).toEqual([expect.stringContaining('ENOENT')]);
});
