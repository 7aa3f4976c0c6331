import { readEnvironment, readSettings } from '#config';
import { explain, runProgram } from '#lifecycle';
import { applyMigrations } from '#persistence';
import { migrateQueue } from '#queue';

const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

await runProgram(async () => {
  const { databaseUrl, redisUrl } = readSettings(readEnvironment(), 'migrate');
  await explain({ name: 'Postgres', variable: 'DATABASE_URL' }, async () => {
    await applyMigrations(databaseUrl, { log });
    if (redisUrl === undefined) await migrateQueue(databaseUrl, { log });
  });
  if (redisUrl !== undefined) {
    log('The queues are in Redis (REDIS_URL), where there is nothing to migrate.');
  }
});
