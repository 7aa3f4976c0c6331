import { parseArgs } from 'node:util';
import { isRole } from '#auth';
import type { Role } from '#auth';
import { parseVdnId, readInstant } from '#domain';
import { EXIT } from '#lifecycle';

export const USAGE = `Usage: npm run create-key -- --vdn N --name TEXT --role ROLE [--role ROLE ...] [--expires TIME]

  --vdn      the VDN that the key belongs to, 1 to 9999
  --name     what it is for
  --role     uploader, dialer or admin
  --expires  RFC 3339, such as 2027-01-31T00:00:00Z; without it the key does not expire

It needs DATABASE_URL and DIALGATE_MASTER_KEY, and prints the key once, as JSON.`;

/** What was typed is wrong; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = EXIT.usage;

  constructor(reason: string) {
    super(`${reason}\n\n${USAGE}`);
  }
}

export interface Wanted {
  readonly vdnId: number;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly expiresAt: Date | null;
}

/** @throws UsageError */
export function readArguments(args: readonly string[]): Wanted {
  const { vdn = '', name = '', role = [], expires } = parse(args);
  const vdnId = parseVdnId(vdn);
  if (typeof vdnId === 'object')
    throw new UsageError('--vdn must be a whole number from 1 to 9999.');
  if (name.trim() === '' || name.length > 200) {
    throw new UsageError('--name must be a text of at most 200 characters.');
  }
  if (role.length === 0 || !role.every(isRole)) {
    throw new UsageError('--role must be uploader, dialer or admin, at least once.');
  }
  const expiresAt = expires === undefined ? null : readInstant(expires);
  if (expires !== undefined && !(expiresAt !== null && expiresAt.getTime() > Date.now())) {
    throw new UsageError('--expires must be a time that is still to come, as RFC 3339 writes it.');
  }
  return { vdnId, name, roles: role, expiresAt };
}

function parse(args: readonly string[]): {
  vdn?: string;
  name?: string;
  role?: string[];
  expires?: string;
} {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        vdn: { type: 'string' },
        name: { type: 'string' },
        role: { type: 'string', multiple: true },
        expires: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'Wrong usage.');
  }
}
