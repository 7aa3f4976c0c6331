import { join } from 'node:path';
import { readSettings } from '#config';
import type { Environment } from '#config';

/** What the demo takes from its environment. All other settings are its own, so that it shows the same everywhere. */
export interface DemoOptions {
  /** Its data folders are made below this one. */
  readonly parent: string;
  readonly logLevel: string;
  /** Settings that are there, and would lead the service elsewhere. */
  readonly ignored: readonly string[];
}

/** @throws SettingsError for a wrong DIALGATE_DATA_DIR or LOG_LEVEL */
export function readOptions(environment: Environment): DemoOptions {
  const isGiven = (name: string): boolean => (environment[name] ?? '') !== '';
  const { dataDir, logLevel } = readSettings(
    {
      DIALGATE_DATA_DIR: environment.DIALGATE_DATA_DIR,
      // A log between the lines of the demo would only disturb.
      LOG_LEVEL: isGiven('LOG_LEVEL') ? environment.LOG_LEVEL : 'warn',
    },
    'standalone',
  );
  return {
    parent: join(dataDir, 'demo'),
    logLevel,
    ignored: ['DATABASE_URL', 'REDIS_URL'].filter(isGiven),
  };
}

/** The environment of the service that the demo starts: embedded servers, secrets of its own, any free port. */
export function serviceEnvironment(folder: string): Environment {
  return { DIALGATE_DATA_DIR: folder, HOST: '127.0.0.1', PORT: '0' };
}
