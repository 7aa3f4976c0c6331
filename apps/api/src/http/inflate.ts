import { createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';
import { ProblemError } from '#errors';

/** What is inflated at a time: gzip may grow a thousandfold, and must not do so in memory. */
const PIECE_BYTES = 64 * 1024;

/**
 * Inflates gzip (RFC 1952), several members as one, piece by piece: nothing is inflated, and nothing more of the body is
 * read, until the reader asks for it.
 *
 * @throws ProblemError BROKEN_CONTAINER for what is damaged or cut short, and for anything behind the last member, be it
 *   zeros; and what `deflated` throws
 */
export async function* inflate(deflated: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  let fed = 0;
  try {
    for await (const chunk of deflated) {
      fed += chunk.length;
      yield* outputs(gunzip, (done) => gunzip.write(chunk, done));
      // It leaves over, silently, what is no further member and begins with a zero.
      if (gunzip.bytesWritten < fed) throw broken();
    }
    if (fed === 0) throw broken();
    yield* outputs(gunzip, () => gunzip.end());
  } finally {
    gunzip.destroy();
  }
}

/**
 * What comes out after `feed`, until all that was fed is used up or the output ends.
 *
 * @param feed is given a function to call when all is used up
 */
async function* outputs(
  gunzip: Gunzip,
  feed: (done: () => void) => unknown,
): AsyncGenerator<Buffer> {
  let usedUp = false as boolean;
  let wake = (): void => undefined;
  const onChange = (): void => {
    wake();
  };
  for (const event of ['readable', 'end', 'error'] as const) gunzip.on(event, onChange);
  feed(() => {
    usedUp = true;
    wake();
  });
  for (;;) {
    const piece = gunzip.read() as Buffer | null;
    if (piece !== null) yield piece;
    else if (gunzip.errored !== null) throw broken(gunzip.errored);
    else if (usedUp || gunzip.readableEnded) break;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  for (const event of ['readable', 'end'] as const) gunzip.off(event, onChange);
}

function broken(cause?: Error | null): ProblemError {
  const fault = { problem: 'BROKEN_CONTAINER', params: { expected: 'gzip' } } as const;
  return new ProblemError(fault, { cause });
}
