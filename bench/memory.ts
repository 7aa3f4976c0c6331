import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Database } from '#persistence';
import { bodyChunks, recordLines, recordRows } from './records.ts';
import type { Measure, Report } from './report.ts';
import { withServers } from './servers.ts';
import type { Bench } from './servers.ts';
import { startProgram, urlFrom } from './service.ts';

const RECORDS = 1_000_000;
const VDN = 1;

/** What the database takes for each batch of 2,000 beside its work: it is slower than the body could be read. */
const SLOWNESS_MS = 40;

/** MiB above what an idle API has, at most. */
const MOST = 150;

interface Kind {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: (prefix: string) => Readable;
}

const lines = (prefix: string): Readable => Readable.from(bodyChunks(recordLines(prefix, RECORDS)));

const KINDS: readonly Kind[] = [
  { name: 'NDJSON', headers: { 'content-type': 'application/x-ndjson' }, body: lines },
  {
    name: 'NDJSON in gzip',
    headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    body: (prefix) => lines(prefix).pipe(createGzip({ level: 1 })),
  },
  {
    name: 'CSV',
    headers: { 'content-type': 'text/csv' },
    body: (prefix) => Readable.from(bodyChunks(recordRows(prefix, RECORDS))),
  },
];

/**
 * Memory: an upload of a million records, some 240 MB, to an API of its own process and a database that is slow. What is
 * told is the most resident memory above that of the API when it was idle, for each form of a body in a new process; and in
 * another one while all of its receipts are read.
 */
export function memory(): Promise<Report> {
  return withServers(async (bench) => {
    await slowDown(bench.servers.database);
    const measures: Measure[] = [];
    let most = 0;
    const note = (name: string, { idle, peak }: Peak, limit: { most?: number }): void => {
      measures.push(
        { name: `${name}: idle`, value: idle, unit: 'MiB' },
        { name: `${name}: above idle`, value: peak - idle, unit: 'MiB', ...limit },
      );
    };
    for (const [index, kind] of KINDS.entries()) {
      const upload = await uploadTo(bench, index + 1, kind);
      note(kind.name, upload, { most: MOST });
      most = Math.max(most, upload.peak - upload.idle);
      note(`receipts of ${kind.name}`, await receiptsOf(bench, upload.id), {});
    }
    return {
      name: `memory of the API: uploads and receipts of ${RECORDS} records, ${SLOWNESS_MS} ms slower a batch`,
      measures,
      ratio: {
        of: `the most above idle to ${MOST} MiB`,
        value: most / MOST,
        reach: 1,
        better: 'lower',
      },
    };
  });
}

async function slowDown({ pool }: Database): Promise<void> {
  await pool.query(
    `CREATE FUNCTION bench_slow() RETURNS trigger LANGUAGE plpgsql
         AS 'BEGIN PERFORM pg_sleep(${SLOWNESS_MS} / 1000.0); RETURN NULL; END'`,
  );
  await pool.query(
    `CREATE TRIGGER bench_slow AFTER INSERT ON batches FOR EACH STATEMENT EXECUTE FUNCTION bench_slow()`,
  );
}

interface Peak {
  readonly idle: number;
  readonly peak: number;
}

/** An API in a new process. */
interface Api {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pid: number | undefined;
}

async function uploadTo(
  bench: Bench,
  campaign: number,
  { name, headers, body }: Kind,
): Promise<Peak & { id: string }> {
  return withApi(bench, async (api) => {
    const path = `${api.url}/v1/vdns/${VDN}/campaigns/${campaign}`;
    await fetch(path, {
      method: 'PUT',
      headers: { ...api.headers, 'content-type': 'application/json' },
      body: '{}',
    });
    const idle = await idleMemory(api);
    const answer = await fetch(`${path}/uploads`, {
      method: 'POST',
      headers: { ...api.headers, ...headers },
      body: Readable.toWeb(body(String(campaign))) as ReadableStream<Uint8Array>,
      duplex: 'half',
    });
    const upload = (await answer.json()) as {
      id: string;
      counts?: { received: number; invalid: number };
    };
    if (upload.counts?.received !== RECORDS || upload.counts.invalid > 0) {
      throw new Error(`the upload of ${name} was answered with ${JSON.stringify(upload)}`);
    }
    return { id: upload.id, idle, peak: await memoryOf(api.pid, 'VmHWM') };
  });
}

/** The receipts of an upload of a million, all read in one answer. */
async function receiptsOf(bench: Bench, uploadId: string): Promise<Peak> {
  return withApi(bench, async (api) => {
    const path = `${api.url}/v1/uploads/${uploadId}`;
    await fetch(path, { headers: api.headers });
    const idle = await idleMemory(api);
    const answer = await fetch(`${path}/receipts`, { headers: api.headers });
    let lines = 0;
    for await (const chunk of answer.body ?? []) {
      for (const byte of chunk as Uint8Array) if (byte === 0x0a) lines++;
    }
    if (lines !== RECORDS) throw new Error(`there were ${lines} receipts`);
    return { idle, peak: await memoryOf(api.pid, 'VmHWM') };
  });
}

async function withApi<T>({ settings }: Bench, work: (api: Api) => Promise<T>): Promise<T> {
  const { child, output } = startProgram('api', settings);
  try {
    const url = await urlFrom(output);
    output.resume();
    return await work({
      url,
      headers: { authorization: `Bearer ${settings.adminToken}` },
      pid: child.pid,
    });
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

/** What the process has now; from here on its peak is counted anew. */
async function idleMemory({ pid }: Api): Promise<number> {
  await writeFile(`/proc/${String(pid)}/clear_refs`, '5');
  return memoryOf(pid, 'VmRSS');
}

/** Resident memory in MiB, as Linux counts it: now, or its peak. */
async function memoryOf(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (kib === undefined) throw new Error(`no ${field} in what Linux says of the process`);
  return Number(kib) / 1024;
}
