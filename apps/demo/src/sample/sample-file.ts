import { createReadStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';

const NAME = 'apps/demo/data/sample.ndjson.gz';

/** The committed sample, whether this runs from its source or from `dist`. */
export function sampleFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`${NAME} is not above ${import.meta.url}`);
    folder = above;
  }
  return join(folder, NAME);
}

/** The sample as NDJSON, inflated while it is read. A file that cannot be read destroys the stream with that error. */
export function openSample(): Readable {
  const inflated = createGunzip();
  pipeline(createReadStream(sampleFile()), inflated, () => {
    // The error, if there is one, is the inflated stream's, and reaches whoever reads that.
  });
  return inflated;
}

/** All lines of the sample. */
export async function readSample(): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of openSample()) chunks.push(chunk as Buffer);
  const content = Buffer.concat(chunks);
  const lines: Buffer[] = [];
  let start = 0;
  while (start < content.length) {
    const end = content.indexOf('\n', start);
    if (end < 0) throw new Error('The sample has no line feed at its end.');
    lines.push(content.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
