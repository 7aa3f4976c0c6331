import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { runProgram } from '#lifecycle';
import { joinLines, makeSample } from './sample/make-sample.ts';
import { sampleFile } from './sample/sample-file.ts';

/** Writes the bundled sample anew: needed only after its generator was changed. */
await runProgram(async () => {
  const file = sampleFile();
  const content = joinLines(makeSample());
  const packed = gzipSync(content, { level: 9 });
  writeFileSync(file, packed);
  process.stdout.write(`${file}: ${content.length} bytes, ${packed.length} compressed\n`);
  return Promise.resolve();
});
