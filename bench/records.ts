import { createHash } from 'node:crypto';

/**
 * Lines of an upload, about 240 bytes each, every number another one. Made from the line's number alone, so that every run
 * sends the same.
 *
 * @param prefix distinguishes uploads
 */
export function* recordLines(prefix: string, count: number): Generator<string> {
  for (let i = 0; i < count; i++) {
    const digest = createHash('md5').update(`${prefix}/${i}`).digest('hex');
    const number = `1${(BigInt(`0x${digest.slice(0, 12)}`) % 10_000_000_000n).toString().padStart(10, '0')}`;
    const callData = JSON.stringify({
      fullName: `Customer ${i}`,
      date: 'March 31, 2026',
      ref: digest,
    });
    yield JSON.stringify({
      sessionId: `${prefix}-${i}`,
      called: [{ calledNo: number, delayTime: '0', type: 'mobile' }],
      caller: '4008001234',
      callData,
      priority: String((i % 5) + 1),
    });
  }
}

/** The same records as rows of CSV, with a header. */
export function* recordRows(prefix: string, count: number): Generator<string> {
  yield 'sessionId,calledNo,delayTime,type,caller,callData,priority';
  for (const line of recordLines(prefix, count)) {
    const { called, ...record } = JSON.parse(line) as Record<string, string> & {
      called: [{ calledNo: string; delayTime: string; type: string }];
    };
    const [{ calledNo, delayTime, type }] = called;
    const callData = `"${record.callData?.replaceAll('"', '""') ?? ''}"`;
    yield [
      record.sessionId,
      calledNo,
      delayTime,
      type,
      record.caller,
      callData,
      record.priority,
    ].join();
  }
}

/** Lines as chunks of a body: 64 KiB each, as they come from a socket. */
export function* bodyChunks(lines: Iterable<string>, chunkBytes = 65_536): Generator<Buffer> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    while (chunk.length >= chunkBytes) {
      yield Buffer.from(chunk.slice(0, chunkBytes));
      chunk = chunk.slice(chunkBytes);
    }
  }
  if (chunk !== '') yield Buffer.from(chunk);
}
