import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { scratchFolder } from '../support/apps.ts';
import { ADMIN_TOKEN } from '../support/backends.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { TestProcess } from '../support/process.ts';
import { useService } from './service.ts';

const service = useService();

/** Has the shell end at the first command that fails, and curl fail by what is answered. */
const PRELUDE = `set -euo pipefail
curl() { command curl --silent --show-error --fail-with-body "$@"; }
`;

test('every example of docs/api.md runs as it stands', async () => {
  const page = await readFile(join(CHECKOUT, 'docs/api.md'), 'utf8');
  const blocks = Array.from(page.matchAll(/^```sh\n(.*?)^```/gms), ([, block = '']) => block);
  expect(blocks.length).toBeGreaterThanOrEqual(9);
  const shell = new TestProcess('bash', ['-c', PRELUDE + blocks.join('\necho\n')], {
    name: 'the examples of docs/api.md',
    cwd: await scratchFolder(),
    env: { API: service.url, TOKEN: ADMIN_TOKEN },
  });
  await shell.expectExit(0);
  // The document of the API, which has all codes, comes last.
  const [output = '', document] = shell.output().split('{"openapi":');
  expect(output).toContain('"resultDesc":"create data succeeded"');
  expect(output).toContain('"uploadId":"');
  expect(output).toContain('"outcome":"invalid"');
  expect(output.match(/^idempotent-replayed: true/gim)).toHaveLength(1);
  expect(document).toMatch(/^"3\.1/);
  expect(output.match(/"(?:resultCode|code)":"(?!0200000")0\d+"/g) ?? []).toEqual(
    // The receipt of the record that is invalid, in both lists, and the upload that is aborted for one.
    ['"code":"02000002"', '"code":"02000002"', '"code":"02000002"'],
  );
});
