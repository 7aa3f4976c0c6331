import { createHmac } from 'node:crypto';
import { parseAuthorization, sign, SignatureCheck } from '#auth';
import { leastCpu } from './cpu.ts';
import { bodyChunks, recordLines } from './records.ts';
import type { Report } from './report.ts';

const BODY_BYTES = 80_000_000;
const ROUNDS = 5;
const KEY = { accessKey: 'bench', secretKey: 'bench' };

/**
 * Checking the signature of an 80 MB body while it streams, as a ratio to the HMAC-SHA256 alone of the same body encoded
 * beforehand. The ratio is that of a request whose canonical form is one; a request that may have been signed in several
 * forms takes an HMAC for each, which the measures show.
 */
export function signature(): Promise<Report> {
  const chunks = body();
  const encoded = chunks.map((chunk) => Buffer.from(encodeSlowly(chunk)));
  const least = leastCpu(ROUNDS, {
    alone: () => {
      const hmac = createHmac('sha256', KEY.secretKey);
      for (const chunk of encoded) hmac.update(chunk);
      hmac.digest();
    },
    one: () => {
      check('/upload?batchId=1', 'localhost', chunks);
    },
    two: () => {
      check('/upload?batchId=1', 'localhost:8080', chunks);
    },
    four: () => {
      check('/upload', 'localhost:8080', chunks);
    },
  });
  const megabytes = BODY_BYTES / 1e6;
  return Promise.resolve({
    name: `signature: a body of ${megabytes} MB, encoded ${Math.round(length(encoded) / 1e6)} MB`,
    measures: [
      { name: 'HMAC alone, of the encoded body', value: least.alone, unit: 'ms of CPU' },
      { name: 'check, query, host without port: 1 form', value: least.one, unit: 'ms of CPU' },
      { name: 'check, query, host with port: 2 forms', value: least.two, unit: 'ms of CPU' },
      { name: 'check, no query, host with port: 4 forms', value: least.four, unit: 'ms of CPU' },
    ],
    ratio: {
      of: 'check of 1 form to HMAC alone',
      value: least.one / least.alone,
      reach: 2,
      better: 'lower',
    },
  });
}

function check(url: string, host: string, chunks: readonly Buffer[]): void {
  const signed = { method: 'POST', url, headers: { host }, timestamp: '2026-01-01T00:00:00Z' };
  const authorization = parseAuthorization(sign(KEY, signed));
  if (authorization === null) throw new Error('the signature made here cannot be read');
  const request = { method: 'POST', url, rawHeaders: ['Host', host] };
  const running = SignatureCheck.begin(authorization, KEY.secretKey, request);
  if (running === null) throw new Error('the request made here cannot match');
  for (const chunk of chunks) running.update(chunk);
  // It is the signature of an empty body: finding that out takes as long as finding it right.
  if (running.verify()) throw new Error('a signature of another body was found right');
}

function body(): Buffer[] {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (const chunk of bodyChunks(recordLines('1', Infinity))) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= BODY_BYTES) break;
  }
  return chunks;
}

/** Not by the code that is measured. The bodies are ASCII, so chunks are cut between characters. */
function encodeSlowly(chunk: Buffer): string {
  return encodeURIComponent(chunk.toString('latin1')).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function length(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
