import { explain, POSTGRES, reach, REDIS } from '#lifecycle';
import type { Server } from '#lifecycle';
import type { Logger } from '#logging';
import { assertSchemaIsCurrent, Database } from '#persistence';
import { assertQueueSchemaIsCurrent, QueueBackend } from '#queue';

export interface ServerSettings {
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  readonly redisUrl: string | undefined;
}

/** The servers that the API and the workers stand on, connected. */
export interface Servers {
  readonly database: Database;
  readonly backend: QueueBackend;
  /** After everything that uses them has stopped. */
  close(): Promise<void>;
}

/**
 * Connects to Postgres, and to Redis if there is one.
 *
 * @param applicationName shown in pg_stat_activity
 * @throws UnavailableError (exit code 75) when one does not answer
 * @throws SchemaOutdatedError, QueueSchemaOutdatedError when the migrations have to be applied first
 */
export async function openServers(
  settings: ServerSettings,
  applicationName: string,
  log: Logger,
): Promise<Servers> {
  let closing = false;
  const onError = (error: Error): void => {
    // A pool's end does not wait for its connections to be gone; a Postgres that stops right after it cuts them.
    if (closing) return;
    log.warn({ err: error }, 'A connection broke; trying again');
  };
  const database = new Database({
    url: settings.databaseUrl,
    poolSize: settings.databasePoolSize,
    applicationName,
    onIdleError: onError,
  });
  const backend = new QueueBackend({ ...settings, onError });
  const close = async (): Promise<void> => {
    closing = true;
    await Promise.all([backend.close(), database.close()]);
  };
  try {
    await reach(POSTGRES, () => database.ping());
    await explain(POSTGRES, async () => {
      await assertSchemaIsCurrent(database.pool);
      if (backend.kind === 'postgres') await assertQueueSchemaIsCurrent(database.pool);
    });
    await reach(REDIS, () => backend.probe());
    await warnOfEviction(backend, log);
    return { database, backend, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The server that the queues are in, by the setting that names it. */
export const queueServerOf = ({ kind }: QueueBackend): Server =>
  kind === 'redis' ? REDIS : POSTGRES;

async function warnOfEviction(backend: QueueBackend, log: Logger): Promise<void> {
  const policy = await backend.wrongEvictionPolicy();
  if (policy === null) return;
  log.warn(
    `Redis has maxmemory-policy ${policy}: it may throw jobs away, and work stands still until they are missed. Set noeviction.`,
  );
}
