import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepSecret } from './secrets.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialgate-secrets-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('is made once, kept in a file for its owner alone, and nothing else is left', async () => {
  const dataDir = join(folder, 'not', 'yet');
  expect(await keepSecret(dataDir, 'token', () => 'first')).toBe('first');
  expect(await keepSecret(dataDir, 'token', () => 'second')).toBe('first');
  expect((await stat(join(dataDir, 'token'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['token']);
});

test('all who want it at once get the same', async () => {
  const wanted = Array.from({ length: 20 }, (_, i) => keepSecret(folder, 'key', () => `made ${i}`));
  expect(new Set(await Promise.all(wanted)).size).toBe(1);
});

test('one that an operator put there is used', async () => {
  await writeFile(join(folder, 'token'), 'given\n');
  expect(await keepSecret(folder, 'token', () => 'made')).toBe('given');
});

test('one that cannot be read is not replaced', async () => {
  await mkdir(join(folder, 'token'));
  await expect(keepSecret(folder, 'token', () => 'made')).rejects.toThrow('EISDIR');
});
