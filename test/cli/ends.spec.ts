import { describe, expect, test } from '@jest/globals';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CODE, toProblem } from '#errors';
import { collect, newTenant } from '../client/tenant.ts';
import { useService } from '../contract/service.ts';
import { sendAs } from '../contract/signed.ts';
import { appScript, scratchFolder } from '../support/apps.ts';
import { ndjson, records, unpaced } from '../support/factories.ts';
import type { Fate } from '../support/http-proxy.ts';
import { HttpProxy } from '../support/http-proxy.ts';
import { freePort } from '../support/ports.ts';
import { TestProcess } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
import { waitFor } from '../support/time.ts';
import { dialgate, environmentOf, linesOf, startDialgate } from './dialgate.ts';

const random = seededRandom();
const service = useService();

const SECRET = 'a-secret-that-must-not-be-shown';
const NOTHING_KEPT = JSON.stringify(
  toProblem({ code: CODE.DATABASE_ERROR, nothingKept: true }, 'en_US'),
);
const PLACE = ['--vdn', '1', '--campaign', '46'];
const here = (): Record<string, string> => environmentOf(service.url, { token: SECRET });

describe('wrong usage exits with 2, and is explained on standard error', () => {
  test.each<[string, string[], RegExp]>([
    ['no command', [], /Usage: dialgate/],
    ['an unknown command', ['uplaod'], /unknown command 'uplaod'.*\n?.*upload/],
    ['an unknown option', ['status', 'x', '--fast'], /unknown option '--fast'/],
    ['no file', ['upload', ...PLACE], /missing required argument 'file'/],
    ['no VDN', ['campaign', 'list'], /--vdn <number>' not specified/],
    ['a VDN that is none', ['campaign', 'list', '--vdn', 'one'], /must be a whole number/],
    ['a policy that is none', ['upload', 'a', ...PLACE, '--on-full', 'skip'], /wait, refuse/],
    ['no format', ['upload', 'a.txt', ...PLACE], /name it with --format/],
    ['no format of standard input', ['upload', '-', ...PLACE], /format must be named/],
    ['a key that no header takes', ['upload', 'a', ...PLACE, '--idempotency-key', '中文'], /ASCII/],
    ['JSON that is CSV', ['receipts', 'x', '--json', '--format', 'csv'], /--json is NDJSON/],
    ['a signature without a pair', ['sign', 'GET', '/v1'], /DIALGATE_ACCESS_KEY/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await dialgate(args, { env: here() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(SECRET);
  });

  test('wrong settings, all at once, without their values', async () => {
    const env = { DIALGATE_URL: `ftp://${SECRET}`, DIALGATE_SECRET_KEY: `${SECRET} ` };
    const { code, stderr } = await dialgate(['status', 'x'], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/DIALGATE_URL must(.|\n)*DIALGATE_SECRET_KEY must/);
    expect(stderr).not.toContain(SECRET);
  });

  test('help is none', async () => {
    const { code, stdout, stderr } = await dialgate(['upload', '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/--on-blocklisted <policy>/);
  });
});

test('a service that does not answer is 75, and says where to look', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { code, stderr } = await dialgate(['status', 'x'], {
    env: environmentOf(url, { token: SECRET }),
  });
  expect(code).toBe(75);
  expect(stderr).toMatch(/does not answer \(ECONNREFUSED\)\n.*DIALGATE_URL/);
  expect(stderr).not.toContain(SECRET);
  const upload = await dialgate(['upload', '-', ...PLACE, '--format', 'ndjson'], {
    env: environmentOf(url, { token: SECRET }),
    input: ndjson(records(random, 1)),
  });
  expect(upload.code).toBe(75);
  expect(upload.stderr).not.toMatch(/not known/);
});

test('what was typed wins over the environment', async () => {
  const { credentials, vdnId } = await newTenant(service, 'token');
  const typed = ['--token', 'token' in credentials ? credentials.token : ''];
  const args = ['campaign', 'list', '--vdn', String(vdnId), '--url', service.url, ...typed];
  const env = { DIALGATE_URL: 'http://127.0.0.1:1', DIALGATE_TOKEN: SECRET };
  expect(await dialgate(args, { env })).toMatchObject({ code: 0, stderr: '' });
});

test('what is refused exits with 1, and says what to do', async () => {
  const { vdnId, credentials } = await newTenant(service, 'token', { roles: ['uploader'] });
  const env = environmentOf(service.url, credentials);
  const cwd = await scratchFolder();
  await writeFile(join(cwd, 'a.ndjson'), ndjson(records(random, 1)));
  const run = (...args: string[]) => dialgate([...args, '--vdn', String(vdnId)], { env, cwd });

  const unknown = await run('upload', 'a.ndjson', '--campaign', '99');
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toMatch(/404 0200007 .*\n.*campaign list/);
  const forbidden = await run('keys', 'list');
  expect(forbidden).toMatchObject({ code: 1, stdout: '' });
  expect(forbidden.stderr).toMatch(/403 .*\n.*lacks the role/);
  const missing = await run('upload', 'b.ndjson', '--campaign', '46');
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toMatch(/b\.ndjson cannot be read: ENOENT/);
  await mkdir(join(cwd, 'd.ndjson'));
  const folder = await run('upload', 'd.ndjson', '--campaign', '46');
  expect(folder).toMatchObject({ code: 1, stdout: '' });
  expect(folder.stderr).toBe('d.ndjson cannot be read: it is a directory\n');
  await writeFile(join(cwd, 'c.ndjson.gz'), gzipSync('x').subarray(0, 12));
  const broken = await run('upload', 'c.ndjson.gz', '--campaign', '46');
  expect(broken).toMatchObject({ code: 1, stdout: '' });
  expect(broken.stderr).toMatch(/400 .*not valid gzip/);
});

/** An upload of which little is worked off while somebody waits for it. */
async function slowUpload() {
  const { vdnId, credentials, client } = await newTenant(service, 'token', {
    campaign: unpaced({ admissionIntervalMs: 60_000, batchSize: 1 }),
  });
  const env = environmentOf(service.url, credentials);
  return { vdnId, env, client, place: ['--vdn', String(vdnId), '--campaign', '46'] };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s while it waits says that the upload goes on, and exits with %i',
  async (signal, code) => {
    const { env, place, client } = await slowUpload();
    const process = startDialgate(['upload', '-', ...place, '--format', 'ndjson'], { env });
    process.stdin.end(ndjson(records(random, 3)));
    const [, id = ''] = await process.untilOutput(/Accepted as upload ([0-9a-f-]{36})/);
    await process.untilOutput(/^working: /m);
    await process.stop({ signal, code });
    expect(process.stdout()).toBe('');
    expect(process.stderr()).toContain(`dialgate status ${id} --wait`);
    expect(await client.uploads.get(id)).toMatchObject({ finishedAt: null });
    await client.uploads.cancel(id);
  },
);

test('SIGINT while it reads ends it, and nothing is kept', async () => {
  const { env, place, vdnId, client } = await slowUpload();
  const process = startDialgate(['upload', '-', ...place, '--format', 'ndjson'], { env });
  process.stdin.write(ndjson(records(random, 1)));
  await process.untilOutput(/^sending: /m);
  await process.stop({ signal: 'SIGINT', code: 130 });
  expect(process.stderr()).not.toMatch(/not known/);
  expect(await collect(client.uploads.list(vdnId))).toEqual([]);
});

describe('an upload that may go on without the command', () => {
  /** A tenant whose requests meet these fates, and the arguments of an upload from standard input. */
  async function behind(...fates: readonly Fate[]) {
    const { client, credentials, vdnId } = await newTenant(service, 'token');
    const proxy = await HttpProxy.before(service.url);
    proxy.next(...fates);
    const env = environmentOf(proxy.url, credentials);
    const place = ['--vdn', String(vdnId), '--campaign', '46'];
    const args = ['upload', '-', ...place, '--format', 'ndjson', '--json'];
    const idsOf = async (): Promise<string[]> =>
      (await collect(client.uploads.list(vdnId))).map(({ id }) => id);
    /** With none an upload has not ended when it is accepted, or nobody would ask for it any more. */
    const setRoom = (maxIncomplete: number) =>
      client.campaigns.put({ vdnId, campaignId: 46 }, { maxIncomplete });
    return { proxy, env, args, idsOf, setRoom, input: ndjson(records(random, 2)) };
  }

  test('is waited for while the service is away', async () => {
    const fates: Fate[] = ['pass', { status: 503 }, { status: 502 }, 'lose'];
    const { proxy, env, args, setRoom, input } = await behind(...fates);
    await setRoom(0);
    const process = startDialgate(args, { env });
    process.stdin.end(input);
    await waitFor(() => proxy.seen.length >= fates.length, { what: 'being asked again' });
    await setRoom(2);
    await process.expectExit(0);
    expect(process.stderr().match(/It is asked again/g)).toHaveLength(1);
    expect(linesOf(process.stdout())).toMatchObject([{ state: 'completed' }]);
  });

  test('exits with 4 when it cannot be waited for, and says how to go on', async () => {
    const { env, args, input, idsOf, setRoom } = await behind('pass', { status: 401 });
    await setRoom(0);
    const { code, stderr, stdout } = await dialgate(args, { env, input });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    const [id = ''] = await idsOf();
    expect(stderr).toContain(`dialgate status ${id} --wait`);
    expect(stderr).toMatch(/401 .*\nCheck DIALGATE_TOKEN/);
  });

  test('exits with 4 when its answer is lost, and is accepted once with the key that is told', async () => {
    const { env, args, input, idsOf } = await behind('lose');
    const { code, stderr } = await dialgate(args, { env, input });
    expect(code).toBe(4);
    const [, key = ''] = /not known\..*--idempotency-key (\S+)/.exec(stderr) ?? [];
    const again = await dialgate([...args, '--idempotency-key', key], { env, input });
    expect(again.code).toBe(0);
    expect(await idsOf()).toHaveLength(1);
  });

  test('is told of after SIGINT when all was sent', async () => {
    const { proxy, env, args, input } = await behind('silence');
    const process = startDialgate(args, { env });
    process.stdin.end(input);
    await waitFor(() => proxy.seen[0]?.isWhole() === true, { what: 'the end of the body' });
    await process.stop({ signal: 'SIGINT', code: 130 });
    expect(process.stderr()).toMatch(/not known\..*--idempotency-key \S+/);
  });

  test.each<[string, Fate[], string[], number]>([
    ['a refusal', [{ status: 400 }], [], 1],
    ['a dry run', ['lose'], ['--dry-run'], 75],
    ['a failure that kept nothing', [{ status: 503, body: NOTHING_KEPT }], [], 75],
  ])('is not spoken of after %s', async (_, fates, flags, expected) => {
    const { env, args, input } = await behind(...fates);
    const { code, stderr } = await dialgate([...args, ...flags], { env, input });
    expect(code).toBe(expected);
    expect(stderr).not.toMatch(/not known/);
  });
});

test('nobody reads the output any more: it ends, and says nothing', async () => {
  const { credentials, vdnId, client } = await newTenant(service, 'token');
  const env = environmentOf(service.url, credentials);
  const place = { vdnId, campaignId: 46 };
  const { id } = await client.uploads.send(place, { items: records(random, 20_000) });
  const process = startDialgate(['receipts', id], { env });
  await process.until(() => process.stdout() !== '', { what: 'a first receipt' });
  process.closeStdout();
  await process.expectExit(0);
  expect(process.stderr()).toBe('');
});

test.each<[string, string[]]>([
  ['a result', ['campaign', 'get', '--campaign', '46', '--vdn']],
  ['a list', ['campaign', 'list', '--vdn']],
])('output that cannot be written is told of in one line: %s', async (_, command) => {
  const { credentials, vdnId } = await newTenant(service, 'token');
  const env = environmentOf(service.url, credentials);
  const full = new TestProcess(
    'sh',
    ['-c', '"$0" "$@" > /dev/full', process.execPath, appScript('cli'), ...command, String(vdnId)],
    { name: 'a command whose output is a full disk', env },
  );
  await full.expectExit(1);
  expect(full.stderr()).toMatch(/^The output cannot be written: ENOSPC.*\n$/);
});

test('receipts that break off leave no file', async () => {
  const cwd = await scratchFolder();
  const { credentials } = await newTenant(service, 'token');
  const env = environmentOf(service.url, credentials);
  const id = '019a5f0c-7d1e-7c44-9a55-3f1c2b6d8e90';
  const { code, stderr } = await dialgate(['receipts', id, '-o', 'a.ndjson'], { env, cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(/404 .*\nCheck the ID/);
  expect(await readdir(cwd)).toEqual([]);
});

test('receipts that cannot be put where they are asked for say so, and leave nothing', async () => {
  const cwd = await scratchFolder();
  const { credentials, vdnId, client } = await newTenant(service, 'token');
  const items = records(random, 1);
  const { id } = await client.uploads.send({ vdnId, campaignId: 46 }, { items });
  const env = environmentOf(service.url, credentials);
  const { code, stderr } = await dialgate(['receipts', id, '-o', 'no/a'], { env, cwd });
  expect(code).toBe(1);
  expect(stderr).toBe('no/a cannot be written (no such file or directory): is its folder there?\n');
  expect(await readdir(cwd)).toEqual([]);
});

test('standard input that cannot be written down to be signed is told of', async () => {
  const pair = { accessKey: 'AK', secretKey: SECRET };
  const env = { ...environmentOf('http://127.0.0.1:1', pair), TMPDIR: '/no/such/folder' };
  const { code, stderr } = await dialgate(['upload', '-', ...PLACE, '--format', 'ndjson'], {
    env,
    input: ndjson(records(random, 1)),
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/cannot be written down in .*\/no\/such\/folder \(TMPDIR\): ENOENT/);
});

test('sign prints a header that the service takes, once', async () => {
  const { credentials, vdnId } = await newTenant(service, 'signature');
  const env = environmentOf(service.url, credentials);
  const cwd = await scratchFolder();
  const body = '{"name": "signed by hand"}';
  await writeFile(join(cwd, 'body.json'), body);
  const path = `/v1/vdns/${vdnId}/campaigns/47`;
  const headers = ['--header', 'X-Trace: 7', '--header', 'X-Span: 8'];
  const args = ['sign', ...headers, 'PUT', path, '--body', 'body.json'];
  const { code, stdout } = await dialgate(args, { env, cwd });
  expect(code).toBe(0);
  const authorization = /^Authorization: (auth-v2\/.*\/host;x-span;x-trace\/[0-9a-f]{64})\n$/.exec(
    stdout,
  )?.[1];
  const request = {
    method: 'PUT',
    path,
    body,
    headers: {
      authorization: authorization ?? '',
      'x-trace': '7',
      'x-span': '8',
      'content-type': 'application/json',
    },
  };
  expect((await sendAs(service.url, request)).status).toBe(201);
  expect((await sendAs(service.url, request)).status).toBe(401);

  const url = `${service.url}${path}?x=a%20b`;
  const json = await dialgate(['sign', 'GET', url, '--json'], { env });
  expect(linesOf<{ authorization: string }>(json.stdout)).toHaveLength(1);
  expect(json.stdout + stdout).not.toContain(env.DIALGATE_SECRET_KEY);
});
