import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const hooks = fileURLToPath(new URL('../../../test/support/typescript.mjs', import.meta.url));
const shutdown = new URL('shutdown.ts', import.meta.url).href;
let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

/** Starts a program whose stop is `stop`, and waits until it listens to signals. */
async function start(
  stop: string,
  seconds = 20,
): Promise<{ lines: string[]; process: ChildProcess }> {
  const program = `
    import { onShutdownSignals } from ${JSON.stringify(shutdown)};
    const log = { info: (message) => console.log(message), error: (_, message) => console.log(message) };
    onShutdownSignals(${stop}, { seconds: ${seconds}, log });
    setInterval(() => undefined, 1000);
    console.log('ready');`;
  const flags = ['--import', pathToFileURL(hooks).href, '--input-type=module', '--eval', program];
  const started = spawn(process.execPath, flags, {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const lines: string[] = [];
  started.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n')));
  while (!lines.includes('ready')) {
    await once(started.stdout, 'data');
  }
  return { lines, process: started };
}

const NEVER = '() => new Promise(() => undefined)';

async function exitCode(program: ChildProcess): Promise<unknown> {
  const [code] = (await once(program, 'close')) as unknown[];
  return code;
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops the program, which ends with 0',
  async (signal) => {
    const { process: program, lines } = await start(`async () => console.log('stop called')`);
    program.kill(signal);
    expect(await exitCode(program)).toBe(0);
    expect(lines.filter(Boolean)).toEqual([
      'ready',
      `${signal}: stopping`,
      'stop called',
      'Stopped',
    ]);
  },
);

test('a stop that fails ends with 1', async () => {
  const { process: program } = await start(`() => Promise.reject(new Error('x'))`);
  program.kill('SIGTERM');
  expect(await exitCode(program)).toBe(1);
});

test('a stop that takes too long is cut off, with 1', async () => {
  const { process: program, lines } = await start(NEVER, 0.2);
  program.kill('SIGTERM');
  expect(await exitCode(program)).toBe(1);
  expect(lines).toContain('Not stopped after 0.2 s: ending at once');
});

test('signals within a second are one; a later one ends at once, with 1', async () => {
  const { process: program, lines } = await start(NEVER);
  const sent = performance.now();
  program.kill('SIGINT');
  await once(program.stdout ?? program, 'data');
  program.kill('SIGTERM');
  program.kill('SIGINT');
  // The rule is about time that passes: nothing else can be waited for.
  await setTimeout(1100);
  expect(program.exitCode).toBeNull();
  program.kill('SIGINT');
  expect(await exitCode(program)).toBe(1);
  expect(performance.now() - sent).toBeGreaterThan(1000);
  expect(lines.filter((line) => line.includes('stopping'))).toHaveLength(1);
});
