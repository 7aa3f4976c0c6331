import { beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { queueBackends, useServers } from './backends.ts';
import { createTestDatabase } from './database.ts';

describe.each(queueBackends)('servers on $name', (backend) => {
  const servers = useServers(backend);
  let tables: string[];

  beforeAll(async () => {
    const rows = await servers.database.query<{ name: string }>(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables
       WHERE schemaname IN ('public', 'bullmq')`,
    );
    tables = rows.map(({ name }) => name);
  });

  test('have a migrated database, for the data and for BullMQ', () => {
    expect(tables).toContain('public.campaigns');
    expect(tables.some((name) => name.startsWith('bullmq.'))).toBe(true);
    expect(servers.env.DATABASE_URL).toBe(servers.database.url);
  });

  test('have an empty Redis exactly where that is the backend', async () => {
    expect(Object.keys(servers.env).includes('REDIS_URL')).toBe(backend.name === 'redis');
    if (servers.redisUrl !== undefined) {
      const client = new Redis(servers.redisUrl);
      // On a Redis of the user's there is the mark that says whose the database is.
      expect((await client.keys('*')).filter((key) => key !== 'dialgate:tests')).toEqual([]);
      await client.quit();
    }
  });

  test('are shared with nobody', async () => {
    const other = await createTestDatabase();
    await other.query('CREATE TABLE mine ()');
    await expect(servers.database.query('SELECT FROM mine')).rejects.toThrow('does not exist');
    await other.drop();
  });
});
