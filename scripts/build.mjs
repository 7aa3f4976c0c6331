import { runAlone } from './alone.mjs';
import { fingerprint, isDoneFor, stamped } from './fingerprint.mjs';
import { isProgram, run } from './run.mjs';

const SOURCES = [
  'apps',
  'libs',
  'bench',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'package.json',
  'package-lock.json',
];
const sources = () => fingerprint(SOURCES, (file) => !file.endsWith('.spec.ts'));

/** Whether `dist` was built from the sources as they stand. */
export const isBuilt = async () => isDoneFor('built', await sources());

export async function build(onStart) {
  await stamped('built', await sources(), () =>
    run(['node_modules/@nestjs/cli/bin/nest.js', 'build'], { what: 'the build', onStart }),
  );
}

if (isProgram(import.meta.url)) {
  await runAlone(build);
}
