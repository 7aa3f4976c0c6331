import { parseArgs } from 'node:util';
import { isRole } from '#auth';
import type { Role } from '#auth';
import type { CheckedKey } from '#domain';
import { checkKey, parseVdnId } from '#domain';
import { EXIT } from '#lifecycle';

export const USAGE = `Usage: npm run create-key -- --vdn N --name TEXT --role ROLE [--role ROLE ...] [--expires TIME]

  --vdn      the VDN that the key belongs to, 1 to 9999
  --name     what it is for, 1 to 200 characters
  --role     uploader, dialer or admin
  --expires  RFC 3339, such as 2027-01-31T00:00:00Z; without it the key does not expire
  --help     this text

It needs DATABASE_URL and DIALGATE_MASTER_KEY, and prints the key once, as JSON. The database that npm start brings along is
its own: there, keys are made over HTTP, with the operator's token (npx dialgate keys create).`;

/** What was typed is wrong; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = EXIT.usage;

  constructor(reason: string) {
    super(`${reason}\n\n${USAGE}`);
  }
}

export interface Wanted extends CheckedKey {
  readonly vdnId: number;
  readonly roles: readonly Role[];
}

/**
 * What key is wanted; null where only the usage is asked for.
 *
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Wanted | null {
  const { help, role: roles = [], ...given } = parse(args);
  if (help === true) return null;
  const vdnId = parseVdnId(once('vdn', given.vdn) ?? '');
  if (typeof vdnId === 'object') {
    throw new UsageError('--vdn must be a whole number from 1 to 9999.');
  }
  const described = { name: once('name', given.name), expiresAt: once('expires', given.expires) };
  const checked = checkKey(described, new Date());
  if ('code' in checked) {
    throw new UsageError(
      checked.place === 'name'
        ? '--name must be a text of 1 to 200 characters that is not blank.'
        : '--expires must be a time that is still to come, as RFC 3339 writes it.',
    );
  }
  if (roles.length === 0 || !roles.every(isRole)) {
    throw new UsageError('--role must be uploader, dialer or admin, at least once.');
  }
  return { vdnId, roles, ...checked };
}

/** Of two values nobody could tell which one was meant. */
function once(option: string, values: readonly string[] = []): string | undefined {
  if (values.length > 1) throw new UsageError(`--${option} may be given once.`);
  return values[0];
}

const TEXT = { type: 'string', multiple: true } as const;

function parse(args: readonly string[]) {
  try {
    const options = {
      vdn: TEXT,
      name: TEXT,
      role: TEXT,
      expires: TEXT,
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'Wrong usage.');
  }
}
