import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The top folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** What is said while something is done: on the error output, so that a program's own output stays its own. */
export const say = (line) => process.stderr.write(`dialgate: ${line}\n`);

/** A step that failed, with what it printed. */
export class StepFailed extends Error {}

/**
 * Runs a Node program in the top folder, and keeps its output for the case that it fails.
 * A signal that stops this process stops the program first.
 */
export async function run(args, { what, env = {}, onStart = () => undefined }) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const stop = (signal) => {
    child.kill(signal);
    child.once('close', () => process.exit(128 + constants.signals[signal]));
  };
  signals.forEach((signal) => process.on(signal, stop));
  try {
    const ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (child.pid !== undefined) {
      await onStart(child.pid);
    }
    const code = await ended;
    if (code !== 0) {
      throw new StepFailed(`${Buffer.concat(output).toString().trim()}\ndialgate: ${what} failed.`);
    }
  } finally {
    signals.forEach((signal) => process.off(signal, stop));
  }
}

/** Whether a module was started as the program, not imported. */
export const isProgram = (url) =>
  process.argv[1] !== undefined && fileURLToPath(url) === process.argv[1];
