import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runAlone } from './alone.mjs';
import { fingerprint, isDoneFor, stamped, stampFolder } from './fingerprint.mjs';
import { isProgram, root, run } from './run.mjs';

const CLIENT = 'libs/persistence/src/generated/prisma/client.ts';
const sources = () => fingerprint(['prisma/schema.prisma', 'node_modules/prisma/package.json']);

/** Whether Prisma's client was generated from the schema as it stands, by the Prisma that is installed. */
export const isGenerated = async () =>
  existsSync(join(root, CLIENT)) && (await isDoneFor('generated', await sources()));

/**
 * Generates Prisma's client, offline. Prisma wants its schema engine to be there though it does not run it for this, and
 * downloads it unless told of a file; any file does, so it is told of Node.
 */
export async function generate(onStart) {
  const home = join(stampFolder, 'home');
  await stamped('generated', await sources(), () =>
    run(['node_modules/prisma/build/index.js', 'generate', '--no-hints'], {
      what: "generating Prisma's client",
      env: {
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
        // It keeps a list of its commands at home, and nothing outside the checkout is to be touched.
        HOME: home,
        XDG_CONFIG_HOME: join(home, '.config'),
      },
      onStart,
    }),
  );
}

if (isProgram(import.meta.url)) {
  await runAlone(generate);
}
