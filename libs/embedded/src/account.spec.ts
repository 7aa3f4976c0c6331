import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerOf } from './account.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialgate-account-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('what is there has its owner, and what is not there has none', async () => {
  const { uid, gid } = await stat(folder);
  expect(await ownerOf(folder)).toEqual({ uid, gid });
  expect(await ownerOf(join(folder, 'not', 'yet'))).toBeUndefined();
});

test('what cannot be looked at does not count as not there', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(ownerOf(join(file, 'data'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});
