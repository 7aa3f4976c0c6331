import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envFileOf, readEnvironment } from './environment.ts';
import { SettingsError } from './settings-error.ts';

const home = process.cwd();
const environment = process.env;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dialgate-env-'));
  process.chdir(dir);
  process.env = { ...environment };
});

afterEach(async () => {
  process.chdir(home);
  process.env = environment;
  await rm(dir, { recursive: true });
});

test('without a .env the environment is all there is', () => {
  process.env.SYNC_WAIT_MS = '1234';
  expect(readEnvironment()).toMatchObject({ SYNC_WAIT_MS: '1234' });
});

test('a .env adds what is not set, and replaces nothing', async () => {
  delete process.env.SYNC_WAIT_MS;
  process.env.PORT = '1';
  process.env.REDIS_URL = '';
  await writeFile('.env', 'PORT=2\nSYNC_WAIT_MS=1234\nREDIS_URL=redis://localhost\n');
  expect(readEnvironment()).toMatchObject({ PORT: '1', SYNC_WAIT_MS: '1234', REDIS_URL: '' });
});

test('what comes from a .env is told from what does not', async () => {
  delete process.env.SYNC_WAIT_MS;
  process.env.PORT = '1';
  await writeFile('.env', 'PORT=2\nSYNC_WAIT_MS=1234\n');
  const file = join(process.cwd(), '.env');
  expect(['SYNC_WAIT_MS', 'PORT', 'REDIS_URL_X'].map(envFileOf)).toEqual([file, null, null]);
});

test('a .env that cannot be read stops the program', async () => {
  await mkdir('.env');
  expect(() => readEnvironment()).toThrow(SettingsError);
});
