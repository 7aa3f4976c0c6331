import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sign } from '#auth';
import { runCli } from '../cli.ts';

const CREDENTIALS = { accessKey: 'AK', secretKey: 'SK' };

/** What `dialgate sign` says to these arguments, and how it ends. */
async function signing(
  args: readonly string[],
  { url = 'http://127.0.0.1:8080', stdin = '' } = {},
) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCli(['sign', '--json', ...args], {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout,
    stderr: stderr as Duplex as NodeJS.WriteStream,
    environment: () => ({
      DIALGATE_URL: url,
      DIALGATE_ACCESS_KEY: CREDENTIALS.accessKey,
      DIALGATE_SECRET_KEY: CREDENTIALS.secretKey,
    }),
    signal: new AbortController().signal,
  });
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

/** The header that such a request has to have, at the time of the one that was made. */
function expected(made: string, url: string, host: string, body = ''): string {
  const { authorization } = JSON.parse(made) as { authorization: string };
  const [, , timestamp = ''] = authorization.split('/');
  return sign(CREDENTIALS, { method: 'POST', url, headers: { host }, timestamp }, body);
}

describe('what is signed is the request that', () => {
  test.each([
    ['http://127.0.0.1:8080', '/v1/x', '127.0.0.1:8080', '/v1/x'],
    ['http://127.0.0.1:8080/', '/v1/x?a=b', '127.0.0.1:8080', '/v1/x?a=b'],
    ['https://example.org/dialgate', '/v1/x', 'example.org', '/dialgate/v1/x'],
    ['https://example.org/a/dialgate/', '/v1/x?a=b', 'example.org', '/a/dialgate/v1/x?a=b'],
    ['https://example.org/dialgate', 'http://other.example/v1/x', 'other.example', '/v1/x'],
  ])('has at %s the target %s', async (url, target, host, path) => {
    const { code, stdout } = await signing(['POST', target], { url });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ authorization: expected(stdout, path, host) });
  });
});

describe('a body', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dialgate-sign-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test.each(['a file', 'standard input'])('from %s is signed byte by byte', async (source) => {
    const file = join(folder, 'body');
    const body = 'ä\r\n \n';
    await writeFile(file, body);
    const named = source === 'a file' ? file : '-';
    const { stdout } = await signing(['POST', '/v1/x', '--body', named], { stdin: body });
    const authorization = expected(stdout, '/v1/x', '127.0.0.1:8080', body);
    expect(JSON.parse(stdout)).toEqual({ authorization });
  });

  test.each([
    ['a file that is not there', () => Promise.resolve()],
    ['a directory', (file: string) => mkdir(file)],
  ])('from %s is told of with its name', async (_, make) => {
    const file = join(folder, 'body');
    await make(file);
    const { code, stdout, stderr } = await signing(['POST', '/v1/x', '--body', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${file} cannot be read`));
  });
});

test.each(['v1/x', 'ftp://127.0.0.1/v1/x', 'http://', 'https://a:b'])(
  '%s is no URL to sign',
  async (target) => {
    const { code, stderr } = await signing(['POST', target]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^The URL must be one that begins with http/);
  },
);
