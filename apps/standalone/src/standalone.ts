import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readSettings, SettingsError } from '#config';
import type { Environment, Settings, SettingsOf } from '#config';
import { keepSecret, startEmbeddedPostgres } from '#embedded';
import type { EmbeddedPostgres } from '#embedded';
import type { Running } from '#lifecycle';
import { explain, POSTGRES } from '#lifecycle';
import type { Logger } from '#logging';
import { applyMigrations } from '#persistence';
import { migrateQueue } from '#queue';
import { openServers } from '#servers';
import { startApi } from '../../api/src/api.ts';
import { startWorker } from '../../worker/src/worker.ts';

/** What is made at the first start and kept in the data folder. */
const TOKEN_FILE = 'admin-token';
const KEY_FILE = 'master-key';

/** API and worker in one process, on servers that were named or on those it has started itself. */
export interface Standalone {
  readonly url: string;
  readonly settings: SettingsOf<'api'>;
  /** The file that the operator's token is kept in; null where it was given by the environment. */
  readonly tokenFile: string | null;
  /** The operator's token, if it was made at this start: to be shown once. */
  readonly newToken: string | null;
  /** Resolves when the embedded database has ended by itself; null where there is none. */
  readonly databaseLost: Promise<void> | null;
}

/**
 * Starts everything that is not there: an embedded Postgres without DATABASE_URL, secrets that are not set, the
 * migrations; then the API and a worker.
 *
 * @param running gets each part as soon as it is started, so that a stop in the middle of the start stops what is there;
 *   a start that it does not know of must be waited for before it is stopped
 * @param tell hears what is worth telling the person who starts it
 */
export async function startStandalone(
  environment: Environment,
  running: Running,
  log: Logger,
  tell: (line: string) => void,
): Promise<Standalone> {
  const { dataDir, databaseUrl, adminToken, masterKey } = readSettings(environment, 'standalone');
  let newToken: string | null = null;
  const makeToken = (): string => (newToken = randomBytes(32).toString('hex'));
  const embedded = databaseUrl === undefined ? await startDatabase(dataDir, running, tell) : null;
  const found = {
    ...environment,
    DATABASE_URL: databaseUrl ?? embedded?.url,
    DIALGATE_ADMIN_TOKEN: adminToken ?? (await keepSecret(dataDir, TOKEN_FILE, makeToken)),
    DIALGATE_MASTER_KEY:
      masterKey?.toString('base64') ??
      (await keepSecret(dataDir, KEY_FILE, () => randomBytes(32).toString('base64'))),
  };
  const settings = readWithSecrets(found, { dataDir, adminToken, masterKey });
  await migrate(settings, log);
  const servers = await openServers(settings, 'dialgate', log);
  running.add('connections', () => servers.close());
  const worker = await startWorker(settings, servers, log);
  running.add('worker', () => worker.stop());
  const api = await startApi(settings, servers, log);
  running.add('API', () => api.stop(), api.cut);
  const tokenFile = adminToken === undefined ? join(dataDir, TOKEN_FILE) : null;
  const databaseLost = embedded?.lost ?? null;
  return { url: api.url, settings, tokenFile, newToken, databaseLost };
}

/** The settings with the secrets of the data folder in them; of what is wrong with one of those its file is named. */
function readWithSecrets(
  environment: Environment,
  { dataDir, adminToken, masterKey }: Pick<Settings, 'dataDir' | 'adminToken' | 'masterKey'>,
): SettingsOf<'api'> {
  const files: Readonly<Record<string, string>> = {
    ...(adminToken === undefined ? { DIALGATE_ADMIN_TOKEN: join(dataDir, TOKEN_FILE) } : {}),
    ...(masterKey === undefined ? { DIALGATE_MASTER_KEY: join(dataDir, KEY_FILE) } : {}),
  };
  try {
    return readSettings(environment, 'api');
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(
      error.problems.map(({ variable, remedy }) => {
        const file = files[variable];
        return { variable, remedy: file === undefined ? remedy : `in the file ${file} ${remedy}` };
      }),
    );
  }
}

async function startDatabase(
  dataDir: string,
  running: Running,
  tell: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: tell });
  running.add('embedded Postgres', () => postgres.stop());
  return postgres;
}

async function migrate({ databaseUrl, redisUrl }: SettingsOf<'api'>, log: Logger): Promise<void> {
  const options = {
    log: (line: string): void => {
      log.info(line);
    },
  };
  await explain(POSTGRES, async () => {
    await applyMigrations(databaseUrl, options);
    if (redisUrl === undefined) await migrateQueue(databaseUrl, options);
  });
}
