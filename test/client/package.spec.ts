import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { scratchFolder } from '../support/apps.ts';
import { CHECKOUT } from '../support/checkout.ts';

const run = promisify(execFile);

const PROGRAM = `
import { DialgateClient, DialgateError } from 'dialgate/client';

const client = new DialgateClient({ baseUrl: 'http://127.0.0.1:8080', credentials: { token: 'x' } });
const { counts } = await client.uploads.get('none', { signal: AbortSignal.abort('told') }).catch(
  (error: unknown) => {
    console.log(error, error instanceof DialgateError);
    return { counts: null };
  },
);
export const accepted: number | undefined = counts?.accepted;
// @ts-expect-error The types of the wire come with it.
export const nothing = counts?.nothing;
`;

const OPTIONS = {
  target: 'es2023',
  module: 'nodenext',
  strict: true,
  types: ['node'],
  typeRoots: [join(CHECKOUT, 'node_modules/@types')],
};

test('another package that has it installed compiles against its types, and runs', async () => {
  const folder = await scratchFolder();
  await mkdir(join(folder, 'node_modules'));
  await symlink(CHECKOUT, join(folder, 'node_modules/dialgate'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: OPTIONS, files: ['program.ts'] }),
  );
  const tsc = join(CHECKOUT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', folder]).catch((error: unknown) => {
    throw new Error((error as { stdout: string }).stdout);
  });
  const { stdout } = await run(process.execPath, [join(folder, 'program.js')]);
  expect(stdout).toBe('told false\n');
});
