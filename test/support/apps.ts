import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from './checkout.ts';
import { atEnd } from './lifecycle.ts';
import { startNode } from './process.ts';
import type { TestProcess } from './process.ts';

type AppName = 'api' | 'worker' | 'standalone';

const WORKER_IS_READY = /Working, queues in/;

/** An API logs it at level info; a standalone prints it. */
const SERVES_ON = /\b[Ss]erv(?:ing|es) on (https?:\/\/[^\s,]+)[\s,]/;

/** The built main script of an app. */
export function appScript(app: string): string {
  const script = join(CHECKOUT, 'dist', 'apps', app, 'src', 'main.js');
  if (!existsSync(script)) {
    throw new Error(`${script} is not there: npm run build makes it`);
  }
  return script;
}

/** An empty folder that is gone after the test file. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dialgate-test-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface AppProcess {
  readonly process: TestProcess;
  /** Where it listens, without a slash at the end; of a worker, which listens nowhere, empty. */
  readonly url: string;
}

/**
 * Starts a built app in an empty folder, and waits until it is ready: `/readyz` answers 200; a worker has logged that it
 * works. An API and a worker need level info for that. `env` is its whole environment; `PORT` is a free one unless given.
 */
export async function startApp(
  app: AppName,
  env: Readonly<Record<string, string>>,
  name: string = app,
): Promise<AppProcess> {
  const { process } = await launchApp(app, env, name);
  if (app === 'worker') {
    await process.untilOutput(WORKER_IS_READY);
    return { process, url: '' };
  }
  const url = await addressOf(process);
  await process.until(() => isReady(url), { what: 'being ready' });
  return { process, url };
}

/** Waits until an API or a standalone that was launched says where it serves: the port is the system's choice. */
export async function addressOf(app: TestProcess): Promise<string> {
  const [, url = ''] = await app.untilOutput(SERVES_ON);
  return url;
}

/** Several workers at once, called `worker 1` and so on. */
export function startWorkers(
  count: number,
  env: Readonly<Record<string, string>>,
): Promise<AppProcess[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => startApp('worker', env, `worker ${index + 1}`)),
  );
}

/** Stops them all by SIGTERM, which must end each with exit code 0. */
export async function stopApps(apps: readonly AppProcess[]): Promise<void> {
  await Promise.all(apps.map(({ process }) => process.stop()));
}

/** The same as `startApp` without waiting: for apps that are meant to refuse to start, or that speak TLS. */
export async function launchApp(
  app: AppName,
  env: Readonly<Record<string, string>>,
  name: string = app,
): Promise<Pick<AppProcess, 'process'>> {
  return {
    process: startNode(appScript(app), [], {
      name,
      cwd: await scratchFolder(),
      env: { PORT: '0', ...env },
    }),
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Does not listen yet: the caller's deadline ends this.
    return false;
  }
}
