import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from './file-output.ts';

let folder: string;
let umask: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialgate-output-'));
  umask = process.umask(0o022);
});

afterEach(async () => {
  process.umask(umask);
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
const modeOf = async (name: string): Promise<number> => (await stat(at(name))).mode & 0o777;

async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}

/** Asserts what is at the name, and that nothing lies beside it but these. */
async function expectFile(name: string, text: string, ...others: readonly string[]): Promise<void> {
  expect(await readFile(at(name), 'utf8')).toBe(text);
  expect((await readdir(folder)).sort()).toEqual([name, ...others].sort());
}

test('a new file is for its owner alone', async () => {
  await writeWhole(at('a'), pieces('1\n', '2\n'));
  await expectFile('a', '1\n2\n');
  expect(await modeOf('a')).toBe(0o600);
});

test.each(['600', '640', '664', '444'])('a file with mode %s keeps it', async (octal) => {
  const mode = parseInt(octal, 8);
  await writeFile(at('a'), 'old');
  await chmod(at('a'), mode);
  await writeWhole(at('a'), pieces('new'));
  await expectFile('a', 'new');
  expect(await modeOf('a')).toBe(mode);
});

describe('a link stays one, and what it leads to is written:', () => {
  test.each([
    ['beside it', 'b', 'b'],
    ['elsewhere', 'far/b', 'far/b'],
    ['with its whole path', null, 'far/b'],
    ['by a folder that is a link itself', 'near/../b', 'far/b'],
    ['by another link', 'other', 'far/b'],
  ])('%s', async (_, link, target) => {
    await mkdir(at('far/deep'), { recursive: true });
    await symlink('far/deep', at('near'));
    await symlink('far/b', at('other'));
    await writeFile(at(target), 'old', { mode: 0o640 });
    await symlink(link ?? at(target), at('a'));
    const before = (await readdir(folder)).sort();
    await writeWhole(at('a'), pieces('new'));
    expect((await lstat(at('a'))).isSymbolicLink()).toBe(true);
    expect(await readFile(at(target), 'utf8')).toBe('new');
    expect(await modeOf(target)).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(before);
    expect(await readdir(at('far'))).toEqual(target === 'b' ? ['deep'] : ['b', 'deep']);
  });

  test('also where there is nothing yet', async () => {
    await symlink('b', at('a'));
    await writeWhole(at('a'), pieces('new'));
    expect((await lstat(at('a'))).isSymbolicLink()).toBe(true);
    await expectFile('b', 'new', 'a');
    expect(await modeOf('b')).toBe(0o600);
  });
});

test('what breaks off leaves the file as it was', async () => {
  await writeFile(at('a'), 'old', { mode: 0o640 });
  const reason = new Error('the connection broke');
  async function* broken(): AsyncGenerator<string> {
    yield await Promise.resolve('new');
    throw reason;
  }
  await expect(writeWhole(at('a'), broken())).rejects.toBe(reason);
  await expectFile('a', 'old');
  expect(await modeOf('a')).toBe(0o640);
});

test('links in a circle are told of by the name that was asked for', async () => {
  await symlink('b', at('a'));
  await symlink('a', at('b'));
  await expect(writeWhole(at('a'), pieces('new'))).rejects.toMatchObject({
    message: `${at('a')} cannot be written (too many symbolic links encountered)`,
  });
});
