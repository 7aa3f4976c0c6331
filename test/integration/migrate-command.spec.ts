import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { appScript, scratchFolder } from '../support/apps.ts';
import { startNode } from '../support/process.ts';
import { createScratchDatabase } from '../support/scratch-database.ts';
import type { ScratchDatabase } from '../support/scratch-database.ts';

let scratch: ScratchDatabase;
let hangsUp: Server;

beforeAll(async () => {
  scratch = await createScratchDatabase();
  hangsUp = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => hangsUp.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => hangsUp.close(resolve));
  await scratch.drop();
});

/** Runs the built command to its end. */
async function migrate(
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const started = startNode(appScript('migrate'), [], {
    name: 'migrate',
    cwd: await scratchFolder(),
    env,
  });
  const { code } = await started.ended;
  return { code, output: started.output() };
}

test('migrates the database and the queue, and says what it did; again, it does nothing', async () => {
  const env = { DATABASE_URL: scratch.url };
  const first = await migrate(env);
  expect(first.output).toMatch(/^Applied the migration \d{14}_\w+\.$/m);
  expect(first.output).toMatch(/^The queue's schema is current \(version \d+, it was 0\)\.$/m);
  expect(first.code).toBe(0);

  const second = await migrate(env);
  expect(second.output).toMatch(
    /^The schema is current: no migration to apply\.\nThe queue's schema is current \(version \d+\)\.\n$/,
  );
  expect(second.code).toBe(0);
});

test('leaves the queue alone where it is in Redis', async () => {
  const { code, output } = await migrate({
    DATABASE_URL: scratch.url,
    REDIS_URL: 'redis://127.0.0.1:1',
  });
  expect(output).toContain('The queues are in Redis (REDIS_URL)');
  expect(code).toBe(0);
});

test('without a database it names the setting, and ends with 2', async () => {
  const { code, output } = await migrate({});
  expect(output).toContain('DATABASE_URL is not set');
  expect(code).toBe(2);
});

test.each([
  ['nobody listens', () => 'postgres://u:secret@127.0.0.1:1/x'],
  [
    'who listens hangs up',
    () => `postgres://u:secret@127.0.0.1:${(hangsUp.address() as AddressInfo).port}/x`,
  ],
])('where %s it ends with 75', async (_what, url) => {
  const { code, output } = await migrate({ DATABASE_URL: url() });
  expect(output).not.toContain('secret');
  expect(code).toBe(75);
});

test('a database that is not there is a failure: 1', async () => {
  const { code, output } = await migrate({ DATABASE_URL: `${scratch.url}_not` });
  expect(output).toMatch(
    /^Postgres lets nobody in to this database, which does not exist: .*DATABASE_URL.*\n$/,
  );
  expect(code).toBe(1);
});
