import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileInTheWay } from './file-in-the-way.ts';
import { readSettings } from './settings.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialgate-config-'));
  await writeFile(join(folder, 'file'), '');
  await symlink(join(folder, 'file'), join(folder, 'to-file'));
  await symlink(folder, join(folder, 'to-folder'));
  await symlink(join(folder, 'nothing'), join(folder, 'to-nothing'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['file', 'file'],
  ['file/data', 'file'],
  ['file/data/below', 'file'],
  ['to-file', 'to-file'],
  ['to-nothing', 'to-nothing'],
  ['to-folder/file', 'to-folder/file'],
])('in the way of %s is %s', (path, file) => {
  expect(fileInTheWay(join(folder, path))).toBe(join(folder, file));
});

test.each(['', 'not/yet', 'to-folder', 'to-folder/not-yet'])(
  'nothing is in the way of "%s"',
  (path) => {
    expect(fileInTheWay(join(folder, path))).toBeNull();
  },
);

describe('a data folder that is a file', () => {
  const given = {
    DATABASE_URL: 'postgres://localhost/dialgate',
    DIALGATE_ADMIN_TOKEN: 'a'.repeat(32),
    DIALGATE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
  };

  test('is a wrong setting, told with what to do, where the folder is used', () => {
    const DIALGATE_DATA_DIR = join(folder, 'file');
    const told = (environment: object): string => {
      try {
        return JSON.stringify(
          readSettings({ ...given, DIALGATE_DATA_DIR, ...environment }, 'standalone'),
        );
      } catch (error) {
        return (error as Error).message;
      }
    };
    for (const name of Object.keys(given)) {
      expect(told({ [name]: '' })).toMatch(
        /DIALGATE_DATA_DIR must be a folder, and is a file: move that file away, or name another folder$/,
      );
    }
    const below = told({ DATABASE_URL: '', DIALGATE_DATA_DIR: join(DIALGATE_DATA_DIR, 'data') });
    expect(below).toMatch(/DIALGATE_DATA_DIR must be a folder, and a folder above it is a file: /);
    expect(below).not.toContain(folder);
    expect(() => readSettings({ ...given, DIALGATE_DATA_DIR }, 'standalone')).not.toThrow();
    expect(() => readSettings({ ...given, DIALGATE_DATA_DIR }, 'api')).not.toThrow();
  });
});
