import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment, readSettings } from '#config';
import type { SettingsOf } from '#config';
import { startEmbeddedPostgres } from '#embedded';
import { Running } from '#lifecycle';
import { createLogger } from '#logging';
import type { Logger } from '#logging';
import { applyMigrations } from '#persistence';
import { migrateQueue } from '#queue';
import { openServers } from '#servers';
import type { Servers } from '#servers';

/** How long, in ms, a benchmark's own statements may take: they make millions of rows, or copy them. */
const PATIENCE_MS = 600_000;

/** What a benchmark runs on. */
export interface Bench {
  readonly settings: SettingsOf<'api'>;
  readonly servers: Servers;
  readonly log: Logger;
  readonly running: Running;
}

/**
 * An empty embedded Postgres, with `fsync` and `synchronous_commit` on, in a folder of its own that is removed at the
 * end; the queues in Redis where REDIS_URL is set, else beside the data.
 */
export async function withServers<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const running = new Running();
  const silent = (): void => undefined;
  const dataDir = await mkdtemp(join(tmpdir(), 'dialgate-bench-'));
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, log: silent });
    running.add('embedded Postgres', () => postgres.stop());
    const settings = readSettings(
      {
        ...readEnvironment(),
        DATABASE_URL: postgres.url,
        DIALGATE_ADMIN_TOKEN: 'bench'.repeat(8),
        DIALGATE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
        PORT: '0',
      },
      'api',
    );
    await applyMigrations(settings.databaseUrl, { log: silent });
    await migrateQueue(settings.databaseUrl, { log: silent });
    const log = createLogger('error', 'bench');
    const patient = new URL(settings.databaseUrl);
    patient.searchParams.set('query_timeout', String(PATIENCE_MS));
    const own = { ...settings, databaseUrl: patient.href };
    const servers = await openServers(own, 'dialgate-bench', log);
    running.add('connections', () => servers.close());
    return await work({ settings, servers, log, running });
  } finally {
    await running.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
