import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { SettingsError } from './settings-error.ts';

/** Environment variables as a process gets them: strings, or not there. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The process's environment, with what the `.env` file of the working directory adds to it, if there is one.
 * Variables of the process win over the file's, also those that are set to the empty string.
 *
 * This is the only place of the service that reads `process.env`, and it does not write to it: what a program needs of
 * its environment it gets as settings.
 *
 * @throws SettingsError when there is a `.env` that cannot be read
 */
export function readEnvironment(): Environment {
  return { ...readEnvFile(), ...process.env };
}

/** The `.env` file, absolute, if a variable's value comes from there; null: from the process's environment, or it has none. */
export function envFileOf(name: string): string | null {
  const isOnlyThere = process.env[name] === undefined && readEnvFile()[name] !== undefined;
  return isOnlyThere ? resolve('.env') : null;
}

function readEnvFile(): Environment {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return {};
    }
    throw new SettingsError([
      { variable: '.env', remedy: 'must be a file that can be read, or not be there' },
    ]);
  }
}
