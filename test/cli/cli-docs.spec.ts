import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useService } from '../contract/service.ts';
import { appScript, scratchFolder } from '../support/apps.ts';
import { ADMIN_TOKEN } from '../support/backends.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { TestProcess } from '../support/process.ts';
import { dialgate } from './dialgate.ts';

const service = useService();

const page = (): Promise<string> => readFile(join(CHECKOUT, 'docs/cli.md'), 'utf8');

/** Has the shell end at the first command that fails, and curl fail by what is answered. */
const PRELUDE = `set -euo pipefail
curl() { command curl --silent --show-error --fail-with-body "$@"; }
dialgate() { "$NODE" "$CLI" "$@"; }
`;

test('every example of docs/cli.md runs as it stands', async () => {
  const blocks = Array.from(
    (await page()).matchAll(/^```sh\n(.*?)^```/gms),
    ([, block = '']) => block,
  );
  expect(blocks.length).toBeGreaterThanOrEqual(6);
  const shell = new TestProcess('bash', ['-c', PRELUDE + blocks.join('\n')], {
    name: 'the examples of docs/cli.md',
    cwd: await scratchFolder(),
    env: {
      DIALGATE_URL: service.url,
      DIALGATE_TOKEN: ADMIN_TOKEN,
      NODE: process.execPath,
      CLI: appScript('cli'),
    },
  });
  await shell.expectExit(0, 120_000);
  const output = shell.stdout();
  expect(output.match(/^exit code 3$/gm)).toHaveLength(3);
  expect(output).toMatch(/a dry run: nothing was admitted$/m);
  expect(output).toMatch(/^batch ID +three$(.|\n)*?^accepted +3 /m);
  expect(output).toMatch(/: cancelled$/m);
  expect(output).toContain('12346  until 2099-01-31T00:00:00.000Z');
  expect(shell.stderr()).not.toContain(ADMIN_TOKEN);
});

/** The subcommands that a help text lists. */
function commandsOf(help: string): string[] {
  const [, list = ''] = help.split(/^Commands:$/m);
  const names = Array.from(list.matchAll(/^ {2}([a-z]+)\b/gm), ([, name = '']) => name);
  return names.filter((name) => name !== 'help');
}

const optionsOf = (help: string): string[] =>
  Array.from(help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm), ([, name = '']) => name);

test('every command and every option is in docs/cli.md', async () => {
  const text = await page();
  const top = (await dialgate(['--help'])).stdout;
  const names = [...commandsOf(top), ...optionsOf(top)];
  expect(commandsOf(top).length).toBeGreaterThanOrEqual(11);
  for (const command of commandsOf(top)) {
    const help = (await dialgate([command, '--help'])).stdout;
    names.push(...optionsOf(help), ...commandsOf(help).map((name) => `${command} ${name}`));
    for (const name of commandsOf(help)) {
      names.push(...optionsOf((await dialgate([command, name, '--help'])).stdout));
    }
  }
  const ofEvery = new Set(['--help', '--no-require-number-type', '--no-require-json-call-data']);
  expect(names.filter((name) => !ofEvery.has(name) && !text.includes(name))).toEqual([]);
});

test('npx finds the command: package.json names it, and it says what runs it', async () => {
  const text = await readFile(join(CHECKOUT, 'package.json'), 'utf8');
  const { bin } = JSON.parse(text) as { bin: Record<string, string> };
  expect(join(CHECKOUT, bin.dialgate ?? '')).toBe(appScript('cli'));
  expect(await readFile(appScript('cli'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});
