import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ClientVariables } from './client-variables.ts';
import type { Environment } from './environment.ts';
import { SettingsError } from './settings-error.ts';
import type { SettingsProblem } from './settings-error.ts';

/** Where the service is, and who is calling. */
export interface ClientSettings {
  /** DIALGATE_URL */
  readonly url: string;
  /** DIALGATE_TOKEN, or DIALGATE_ACCESS_KEY and DIALGATE_SECRET_KEY. */
  readonly credentials:
    { readonly token: string } | { readonly accessKey: string; readonly secretKey: string };
}

type Name = keyof ClientVariables;

const CREDENTIALS: readonly Name[] = [
  'DIALGATE_TOKEN',
  'DIALGATE_ACCESS_KEY',
  'DIALGATE_SECRET_KEY',
];

/**
 * Reads the settings of the command-line client.
 *
 * @param given what was typed instead. One credential among it stands for all: those of the environment do not count then.
 * @throws SettingsError with everything that is wrong or missing
 */
export function readClientSettings(
  environment: Environment,
  given: Partial<Record<Name, string>> = {},
): ClientSettings {
  const typed = CREDENTIALS.some((name) => given[name] !== undefined);
  const names: readonly Name[] = ['DIALGATE_URL', ...CREDENTIALS];
  const texts = names.map((name) => [
    name,
    given[name] ?? (typed && name !== 'DIALGATE_URL' ? undefined : environment[name]),
  ]);
  const variables = plainToInstance(
    ClientVariables,
    Object.fromEntries(texts.filter(([, text]) => text !== undefined && text !== '')),
    { excludeExtraneousValues: true, exposeDefaultValues: true },
  );
  const wrong = validateSync(variables).map(({ property, constraints }) => ({
    variable: property,
    remedy: Object.values(constraints ?? {}).join('; '),
  }));
  const credentials = credentialsOf(variables);
  const problems = [...wrong, ...('remedy' in credentials ? [credentials] : [])];
  if (problems.length > 0 || 'remedy' in credentials) throw new SettingsError(problems);
  return { url: variables.DIALGATE_URL, credentials };
}

function credentialsOf({
  DIALGATE_TOKEN: token,
  DIALGATE_ACCESS_KEY: accessKey,
  DIALGATE_SECRET_KEY: secretKey,
}: ClientVariables): ClientSettings['credentials'] | SettingsProblem {
  if (token !== undefined) {
    if (accessKey === undefined && secretKey === undefined) return { token };
    const remedy = 'is set, and so is a pair of keys: set either the token or the pair';
    return { variable: 'DIALGATE_TOKEN', remedy };
  }
  if (accessKey !== undefined && secretKey !== undefined) return { accessKey, secretKey };
  if (accessKey !== undefined) {
    return { variable: 'DIALGATE_SECRET_KEY', remedy: 'is not set, and DIALGATE_ACCESS_KEY is' };
  }
  if (secretKey !== undefined) {
    return { variable: 'DIALGATE_ACCESS_KEY', remedy: 'is not set, and DIALGATE_SECRET_KEY is' };
  }
  const remedy =
    'is not set: a token of dialgate, or set DIALGATE_ACCESS_KEY and DIALGATE_SECRET_KEY';
  return { variable: 'DIALGATE_TOKEN', remedy };
}
