import { once } from 'node:events';
import type { Held } from './global-setup.ts';

/** Ends Postgres, and waits until everything of it is gone. */
export default async function globalTeardown(): Promise<void> {
  const holder = (globalThis as Held).dialgatePostgres;
  if (holder?.exitCode !== null) {
    return;
  }
  const exit = once(holder, 'exit');
  holder.stdin?.end();
  const [code] = (await exit) as [number | null];
  if (code !== 0) {
    throw new Error(`The tests' Postgres did not stop in order (exit code ${String(code)})`);
  }
}
