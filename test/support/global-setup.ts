import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CHECKOUT } from './checkout.ts';
import { describeRedis } from './installed-redis.ts';
import { publishServer, redisUrl, RUN_VARIABLE, runId } from './settings.ts';
import type { TestServer } from './settings.ts';

/** The process that holds Postgres; for the global tear-down, which Jest runs in the same process. */
export interface Held {
  dialgatePostgres?: ChildProcess;
}

/**
 * Starts Postgres for the run, says what is tested, and hands the address on. The server is held by a process of its
 * own, which ends it when Jest is gone, however that came about.
 */
export default async function globalSetup(): Promise<void> {
  if (!existsSync(join(CHECKOUT, 'dist', 'libs', 'embedded'))) {
    throw new Error('The tests run the built apps. Run npm test, or npm run build first.');
  }
  process.env[RUN_VARIABLE] = runId();
  endWithTheRunner();
  const script = join(CHECKOUT, 'scripts', 'test-postgres.mjs');
  const holder = spawn(process.execPath, ['--no-warnings', script, runId()], {
    cwd: CHECKOUT,
    // Out of the terminal's reach: Ctrl-C ends the tests first.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const server = await firstLine(holder);
  publishServer(server);
  (globalThis as Held).dialgatePostgres = holder;
  const redis = redisUrl() === undefined ? await describeRedis() : 'REDIS_URL';
  process.stderr.write(`Tested on PostgreSQL ${server.version} and Redis: ${redis}\n`);
}

/** When scripts/test.mjs was killed there is nobody to test for; the channel to it must not keep Jest from ending. */
function endWithTheRunner(): void {
  process.once('disconnect', () => {
    process.exit(1);
  });
  process.channel?.unref();
}

async function firstLine(holder: ChildProcess): Promise<TestServer> {
  const ended = once(holder, 'exit').then(([code]) => {
    throw new Error(`Postgres could not be started for the tests (exit code ${String(code)})`);
  });
  if (holder.stdout === null) {
    throw new Error('no output to read from');
  }
  const lines = createInterface({ input: holder.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  ended.catch(() => undefined); // Its end is expected from now on.
  return JSON.parse(line) as TestServer;
}
