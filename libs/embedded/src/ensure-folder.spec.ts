import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureFolder } from './ensure-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialgate-folder-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('makes what is missing, by all who want it at once, and leaves what is there', async () => {
  const wanted = join(folder, 'a', 'b', 'c');
  expect(await ensureFolder(join(folder, 'a'), 0o711)).toBe(join(folder, 'a'));
  const made = await Promise.all(Array.from({ length: 8 }, () => ensureFolder(wanted, 0o711)));
  expect(made).toContain(join(folder, 'a', 'b'));
  expect((await stat(wanted)).mode & 0o777).toBe(0o711);
  expect(await ensureFolder(folder, 0o711)).toBeUndefined();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('ends where no folder can be made', async () => {
  // On systems without /proc it is the root that cannot hold it, or not for this user.
  await expect(ensureFolder('/proc/none/data', 0o711)).rejects.toThrow(/ENOENT|EACCES|EROFS|EPERM/);
});
