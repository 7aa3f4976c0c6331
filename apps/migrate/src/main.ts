import { readEnvironment, readSettings } from '#config';
import { explain, POSTGRES, runProgram } from '#lifecycle';
import { applyMigrations } from '#persistence';
import { migrateQueue } from '#queue';

const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

await runProgram(async () => {
  const { databaseUrl, redisUrl } = readSettings(readEnvironment(), 'migrate');
  await explain(POSTGRES, async () => {
    await applyMigrations(databaseUrl, { log });
    if (redisUrl === undefined) await migrateQueue(databaseUrl, { log });
  });
  if (redisUrl !== undefined) {
    log('The queues are in Redis (REDIS_URL), where there is nothing to migrate.');
  }
});
