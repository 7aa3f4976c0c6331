import { describe, expect, test } from '@jest/globals';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CampaignView, IssuedKey, KeyView, Receipt, UploadView } from '#client';
import { CREDENTIAL_KINDS, newTenant } from '../client/tenant.ts';
import { useService } from '../contract/service.ts';
import { scratchFolder } from '../support/apps.ts';
import { ndjson, record, records } from '../support/factories.ts';
import { seededRandom } from '../support/random.ts';
import type { Ended, RunOptions } from './dialgate.ts';
import { dialgate, environmentOf, linesOf, startDialgate } from './dialgate.ts';

const random = seededRandom();
const service = useService();

const BROKEN = { sessionId: 'broken', called: [{ calledNo: '010-1234' }] };

describe.each(CREDENTIAL_KINDS)('with a %s', (kind) => {
  /** A VDN with the campaign 46, and the command for it. */
  async function setUp() {
    const { vdnId, credentials, client } = await newTenant(service, kind);
    const env = environmentOf(service.url, credentials);
    const cwd = await scratchFolder();
    const run = (args: string, options: RunOptions = {}): Promise<Ended> =>
      dialgate(args.split(' '), { env, cwd, ...options });
    const start = (args: string) => startDialgate(args.split(' '), { env, cwd });
    return { vdnId, client, run, start, cwd, place: `--vdn ${vdnId} --campaign 46` };
  }

  test('upload: a file of which all is accepted exits with 0', async () => {
    const { start, cwd, place, vdnId, client } = await setUp();
    await client.campaigns.put({ vdnId, campaignId: 46 }, { maxIncomplete: 2 });
    await writeFile(join(cwd, 'a.ndjson'), ndjson(records(random, 3)));
    const upload = start(`upload a.ndjson ${place} --batch-id b`);
    // Only now: for one that has ended when it is accepted nobody waits.
    await upload.untilOutput(/^Accepted as upload /m);
    await client.campaigns.put({ vdnId, campaignId: 46 }, { maxIncomplete: 3 });
    await upload.expectExit(0);
    const [stdout, stderr] = [upload.stdout(), upload.stderr()];
    expect(stdout).toMatch(/^Upload [0-9a-f-]{36}: completed$/m);
    expect(stdout).toMatch(/^accepted +3 /m);
    expect(stderr).toMatch(/^sending: 100 %, [\d.]+ (B|KiB) sent$/m);
    expect(stderr).toMatch(/^Accepted as upload [0-9a-f-]{36}/m);
    expect(stderr).toMatch(/^working: 100 %, completed: 3 of 3 decided/m);
  });

  test('upload: one of which not all is accepted exits with 3, and its receipts say why', async () => {
    const { run, cwd, place } = await setUp();
    const text = ndjson([record(random, 0), BROKEN]);
    await writeFile(join(cwd, 'a.jsonl.gz'), gzipSync(text));
    const upload = await run(`upload a.jsonl.gz ${place} --json`);
    expect(upload.code).toBe(3);
    const view = JSON.parse(upload.stdout) as UploadView;
    expect(view).toMatchObject({ state: 'completed_with_errors', counts: { invalid: 1 } });
    expect(upload.stderr).toContain(`dialgate receipts ${view.id} --outcome rejected`);

    const all = await run(`receipts ${view.id}`);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf<Receipt>(all.stdout).map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'invalid',
    ]);
    const rejected = await run(`receipts ${view.id} --outcome rejected --json`);
    expect(linesOf<Receipt>(rejected.stdout)).toMatchObject([{ line: 2, code: '02000002' }]);
    await run(`receipts ${view.id} -o receipts.ndjson`);
    expect(await readFile(join(cwd, 'receipts.ndjson'), 'utf8')).toBe(all.stdout);
    expect(await readdir(cwd)).toHaveLength(2);

    const status = await run(`status ${view.id} --json`);
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(status.stdout)).toEqual(view);
    expect((await run(`status ${view.id} --wait --quiet`)).code).toBe(3);
    expect((await run(`status ${view.id}`)).stdout).toMatch(/^invalid +1 {2}break a rule$/m);

    const list = await run(`list ${place} --json`);
    expect(linesOf<UploadView>(list.stdout)).toEqual([view]);
    expect((await run(`list ${place}`)).stdout).toMatch(/^[0-9a-f-]{36} .*1 of 2 accepted$/m);
  });

  test.each([
    ['plain', (text: string) => text, ''],
    ['compressed', (text: string) => gzipSync(text), ''],
    ['compressed on the way', (text: string) => text, ' --gzip'],
  ])('upload: %s from standard input', async (_, pack, flags) => {
    const { run, place } = await setUp();
    const input = pack(ndjson(records(random, 3)));
    const { code, stdout, stderr } = await run(
      `upload - ${place} --format ndjson --json --quiet${flags}`,
      { input },
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ counts: { accepted: 3 } });
  });

  test('upload: --no-wait ends when it is accepted', async () => {
    const { run, place, client } = await setUp();
    const input = JSON.stringify({ callDataList: records(random, 1) });
    const { code, stdout } = await run(`upload - ${place} --format json --json --no-wait`, {
      input,
    });
    expect(code).toBe(0);
    const { id } = JSON.parse(stdout) as UploadView;
    expect(await client.uploads.get(id)).toMatchObject({ counts: { received: 1 } });
  });

  test('upload: policies and dry runs', async () => {
    const { run, cwd, place } = await setUp();
    const rows = 'sessionId,calledNo\ns1,01012345678\ns2,010-1234\n';
    await writeFile(join(cwd, 'a.csv.gz'), gzipSync(rows));
    const tried = await run(`upload a.csv.gz ${place} --dry-run --json`);
    expect(tried.code).toBe(3);
    expect(tried.stderr).not.toMatch(/Accepted/);
    expect(JSON.parse(tried.stdout)).toMatchObject({
      dryRun: true,
      counts: { accepted: 1, invalid: 1 },
    });
    const flags = '--on-invalid abort --on-duplicate abort --on-blocklisted abort --on-full refuse';
    const aborted = await run(`upload a.csv.gz ${place} ${flags}`);
    expect(aborted.code).toBe(3);
    expect(aborted.stdout).toMatch(/: failed$(.|\n)*^error +02000002 /m);
    expect(aborted.stderr).not.toMatch(/Accepted/);
    const listed = linesOf<UploadView>((await run(`list ${place} --state failed --json`)).stdout);
    expect(listed).toMatchObject([
      {
        policy: {
          onInvalid: 'abort',
          onDuplicate: 'abort',
          onBlocklisted: 'abort',
          onFull: 'refuse',
        },
      },
    ]);
    const { id = '' } = listed[0] ?? {};
    await run(`receipts ${id} --outcome invalid --format source -o again.csv`);
    expect(await readFile(join(cwd, 'again.csv'), 'utf8')).toBe(
      'sessionId,calledNo\ns2,010-1234\n',
    );
    const csv = await run(`receipts ${id} --format csv`);
    expect(csv.stdout.split(/\r?\n/)[2]).toMatch(/^2,.*invalid/);
    expect((await run(`upload a.csv.gz ${place} ${flags} --no-wait`)).code).toBe(3);
  });

  test('pause, resume and cancel', async () => {
    const { run, place, vdnId, client } = await setUp();
    await client.campaigns.put({ vdnId, campaignId: 46 }, { maxIncomplete: 0 });
    const input = ndjson(records(random, 2));
    const { stdout } = await run(`upload - ${place} --format ndjson --json --no-wait`, { input });
    const { id } = JSON.parse(stdout) as UploadView;
    for (const [action, states] of [
      ['pause', ['paused']],
      ['pause', ['paused']],
      ['resume', ['queued', 'running', 'waiting_capacity']],
      ['cancel', ['cancelled']],
    ] as const) {
      const done = await run(`${action} ${id} --json`);
      expect(done).toMatchObject({ code: 0, stderr: '' });
      expect(states).toContain((JSON.parse(done.stdout) as UploadView).state);
    }
    const late = await run(`pause ${id}`);
    expect(late.code).toBe(1);
    expect(late.stderr).toMatch(/409/);
    expect((await run(`status ${id} --wait`)).code).toBe(3);
  });

  test('campaign put, get, list', async () => {
    const { run, vdnId } = await setUp();
    const place = `--vdn ${vdnId} --campaign 47`;
    const flags = '--name autumn --interval-ms 500 --batch-size 7 --require-number-type';
    const made = await run(`campaign put ${place} ${flags} --json`);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({
      name: 'autumn',
      admissionIntervalMs: 500,
      batchSize: 7,
      requireNumberType: true,
      state: 'running',
    });
    const changed = await run(`campaign put ${place} --state paused --no-require-number-type`);
    expect(changed.stdout).toMatch(/^requireNumberType +false$/m);
    const got = await run(`campaign get ${place} --json`);
    expect(JSON.parse(got.stdout)).toMatchObject({ state: 'paused', batchSize: 7 });
    const list = await run(`campaign list --vdn ${vdnId} --json`);
    expect(linesOf<CampaignView>(list.stdout).map(({ campaignId }) => campaignId)).toEqual([
      46, 47,
    ]);
    expect((await run(`campaign list --vdn ${vdnId}`)).stdout).toMatch(/^47 {2}paused .* autumn$/m);
  });

  test('blocklist add, list, remove', async () => {
    const { run, vdnId } = await setUp();
    const vdn = `--vdn ${vdnId}`;
    const added = await run(`blocklist add 110 *12# ${vdn} --expires 2099-01-31T00:00:00Z --json`);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(added.stdout)).toEqual({ added: 2, updated: 0, invalid: 0 });
    const listed = await run(`blocklist list ${vdn} --prefix *`);
    expect(listed.stdout).toBe('*12#  until 2099-01-31T00:00:00.000Z\n');
    expect((await run(`blocklist add abc ${vdn}`)).code).toBe(3);
    expect(await run(`blocklist remove *12# ${vdn}`)).toMatchObject({
      code: 0,
      stdout: 'Removed.\n',
    });
    const left = await run(`blocklist list ${vdn} --json`);
    expect(linesOf(left.stdout)).toMatchObject([{ number: '110' }]);
    expect((await run(`blocklist remove *12# ${vdn}`)).code).toBe(1);
  });

  test.each([
    ['a file', ['blocked.csv'], undefined],
    ['a compressed stream', ['-', '--format', 'csv'], 'input'],
  ])('blocklist import of %s', async (_, args, input) => {
    const { run, cwd, vdnId } = await setUp();
    const rows = 'number,expiresAt\n110,\n12345,2099-01-31T00:00:00Z\nnone,\n';
    await writeFile(join(cwd, 'blocked.csv'), rows);
    const imported = await run(
      `blocklist import ${args.join(' ')} --vdn ${vdnId} --json`,
      input === undefined ? {} : { input: gzipSync(rows) },
    );
    expect(imported.code).toBe(3);
    expect(JSON.parse(imported.stdout)).toEqual({ added: 2, updated: 0, invalid: 1 });
    const listed = await run(`blocklist list --vdn ${vdnId}`);
    expect(listed.stdout).toBe('110\n12345  until 2099-01-31T00:00:00.000Z\n');
  });

  test('keys create, list, revoke', async () => {
    const { run, vdnId } = await setUp();
    const vdn = `--vdn ${vdnId}`;
    const made = await run(`keys create ${vdn} --name CRM --role uploader dialer --json`);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { accessKey, secretKey, token } = JSON.parse(made.stdout) as IssuedKey;
    const env = { DIALGATE_URL: service.url, DIALGATE_TOKEN: token };
    expect((await run(`campaign list ${vdn}`, { env })).code).toBe(0);
    const listed = await run(`keys list ${vdn} --json`);
    expect(linesOf<KeyView>(listed.stdout).map((key) => key.accessKey)).toContain(accessKey);
    expect((await run(`keys revoke ${accessKey} ${vdn}`)).stdout).toBe('Revoked.\n');
    const after = await run(`campaign list ${vdn}`, { env });
    expect(after.code).toBe(1);
    expect(after.stderr).toMatch(/401 .*\nCheck DIALGATE_TOKEN/);
    expect(after.stderr).not.toContain(token);
    expect((await run(`keys list ${vdn}`)).stdout).toMatch(
      new RegExp(`^${accessKey} {2}uploader,dialer {2}revoked {2}CRM$`, 'm'),
    );
    expect(listed.stdout).not.toContain(secretKey);
  });
});
