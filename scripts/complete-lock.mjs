// Completes package-lock.json after an `npm install` against a registry that does not offer the binaries of every
// platform: npm then leaves those optional packages out of the lock file, and its own `npm ci` refuses it everywhere. Their
// versions are pinned exactly by the packages that want them; only their checksums stay unknown.
//
//   node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;

/** Whether a package at `from` would find `name`, in its own folder or in one above. */
function isLocked(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true;
    if (at === '') return false;
  }
}

/** The lock file's entry of a package whose name ends in its platform, such as `linux-x64-musl`. */
function entryOf(name, version, dev) {
  const [, os, cpu, abi = ''] =
    /(android|darwin|freebsd|linux|win32|openharmony|wasm32)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(
      name,
    ) ?? [];
  if (os === undefined || !/^\d/.test(version)) {
    throw new Error(`${name}@${version} is missing from the lock file, and no platform's package.`);
  }
  const libc =
    os === 'linux' && abi !== '' ? { libc: [abi.includes('musl') ? 'musl' : 'glibc'] } : {};
  return { version, cpu: [cpu], ...(dev ? { dev } : {}), ...libc, optional: true, os: [os] };
}

const added = [];
for (const [from, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(from, name)) continue;
    packages[`node_modules/${name}`] = entryOf(name, version, dev);
    added.push(name);
  }
}
const { '': root, ...others } = packages;
const byName = ([a], [b]) => a.localeCompare(b, 'en');
lock.packages = { '': root, ...Object.fromEntries(Object.entries(others).sort(byName)) };
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'The lock file is complete.' : `Added: ${added.join(', ')}`);
