// Runs the tests: `npm test`, or `npm test -- ARGUMENTS FOR JEST`.
//
// Its last line is `N passed, N failed`; it exits with 1 when anything failed or nothing ran, with 130 when it was
// interrupted. Whatever the tests started is gone when it ends: what is left carries this run's mark in its
// environment, is killed, and counts as a failure.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stampFolder } from './fingerprint.mjs';

const RUN_VARIABLE = 'DIALGATE_TEST_RUN';
const EXIT_GRACE_MS = 30_000;
const LEFTOVER_GRACE_MS = 10_000;
const POLL_MS = 50;

const checkout = fileURLToPath(new URL('..', import.meta.url));
const run = randomBytes(5).toString('hex');
const counts = { passed: 0, failed: 0 };
const problems = [];
let interrupted = false;

const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    ...process.argv.slice(2),
  ],
  {
    cwd: checkout,
    env: {
      ...process.env,
      [RUN_VARIABLE]: run,
      // SWC unpacks itself at home otherwise, and nothing outside the checkout is to be touched.
      SWC_NATIVE_BINDING_CACHE: join(stampFolder, 'swc'),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  },
);
const ended = new Promise((resolve) => {
  jest.once('error', (error) => resolve({ code: 127, error }));
  jest.once('exit', (code, signal) => resolve({ code, signal }));
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal sends it to Jest as well, npm perhaps a second time: Jest is told once.
  process.on(signal, () => {
    if (!interrupted) {
      interrupted = true;
      jest.kill('SIGINT');
      killLater();
    }
  });
}

jest.on('message', ({ stage, passed, failed }) => {
  Object.assign(counts, { passed, failed });
  if (stage === 'complete') {
    killLater();
  }
});

const { code, signal, error } = await ended;
if (error) {
  problems.push(`Jest could not be started: ${error.message}`);
}
const left = await leftovers();
if (left.length > 0 && !interrupted) {
  problems.push(`left running by the tests, and killed now: ${left.join(', ')}`);
}
if (counts.passed + counts.failed === 0 && !interrupted) {
  problems.push('no test ran');
} else if (code !== 0 && counts.failed === 0 && problems.length === 0 && !interrupted) {
  problems.push(`Jest ended with ${signal ?? `code ${code}`} though no test failed`);
}
for (const problem of problems) {
  console.log(`FAILED: ${problem}`);
}
if (interrupted) {
  console.log('Interrupted.');
}
console.log(`${counts.passed} passed, ${counts.failed + problems.length} failed`);
process.exitCode = interrupted ? 130 : counts.failed + problems.length > 0 ? 1 : 0;

/** Something may keep Jest from ending: then it is ended, and that is a failure. */
function killLater() {
  setTimeout(() => {
    if (jest.kill('SIGKILL')) {
      problems.push(`Jest did not end within ${EXIT_GRACE_MS / 1000} s after the tests`);
    }
  }, EXIT_GRACE_MS).unref();
}

/** Waits for the run's processes to go, then kills the others and returns what they are. Knows Linux alone. */
async function leftovers() {
  const deadline = Date.now() + LEFTOVER_GRACE_MS;
  let found = markedProcesses();
  while (found.length > 0 && Date.now() < deadline) {
    await sleep(POLL_MS);
    found = markedProcesses();
  }
  for (const { pid } of found) {
    process.kill(pid, 'SIGKILL');
  }
  return found.map(({ pid, command }) => `${pid} (${command})`);
}

/** Processes with this run's mark in their environment, or in their arguments (Postgres overwrites the former). */
function markedProcesses() {
  if (process.platform !== 'linux') {
    return [];
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      marks: procFile(pid, 'environ').includes(`${RUN_VARIABLE}=${run}`),
      command: procFile(pid, 'cmdline').replaceAll('\0', ' ').trim(),
    }))
    .filter(({ marks, command }) => marks || command.includes(run));
}

function procFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // It has ended meanwhile, or is somebody else's.
    return '';
  }
}
