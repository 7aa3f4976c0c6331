import pTimeout from 'p-timeout';
import { EXIT, exitCodeOf } from './exit-codes.ts';

/** A server that is needed does not answer. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  readonly exitCode = EXIT.unavailable;
}

export interface Server {
  /** As a person calls it: `Postgres`. */
  readonly name: string;
  /** The setting that says where it is. */
  readonly variable: string;
}

export const POSTGRES: Server = { name: 'Postgres', variable: 'DATABASE_URL' };
export const REDIS: Server = { name: 'Redis', variable: 'REDIS_URL' };

/** Postgres's and Redis's codes for those they do not let in, in words that name neither user nor database. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28P01': 'with this user and password',
  '28000': 'as this user',
  '3D000': 'to this database, which does not exist',
  WRONGPASS: 'with this user and password',
  NOAUTH: 'without a password',
  NOPERM: 'whose rights do not suffice',
};

/** What the messages of Redis's refusals begin with; ioredis gives errors no code. */
const REDIS_REFUSAL = /\b(WRONGPASS|NOAUTH|NOPERM)\b/;

/** How long a server may take to answer at a start. */
const PATIENCE_MS = 10_000;

/**
 * Does the first thing that needs a server, which is to take no longer than the server takes to answer.
 *
 * @throws UnavailableError when the server does not answer, Error when it lets nobody in, both with the setting to look at;
 *   all other failures as they are
 */
export function reach<T>(server: Server, work: () => Promise<T>): Promise<T> {
  return pTimeout(explain(server, work), {
    milliseconds: PATIENCE_MS,
    message: unavailable(server, `within ${PATIENCE_MS / 1000} s`),
  });
}

/**
 * Does something with a server that may take as long as it needs, such as a migration, or that has a limit of its own.
 *
 * @throws UnavailableError as `reach` does
 */
export async function explain<T>(server: Server, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    const refusal = REFUSALS[reasonOf(error)];
    if (refusal !== undefined) {
      const { name, variable } = server;
      throw new Error(`${name} lets nobody in ${refusal}: check ${variable}.`, { cause: error });
    }
    if (exitCodeOf(error) !== EXIT.unavailable) throw error;
    throw unavailable(server, `(${reasonOf(error)})`, error);
  }
}

function unavailable({ name, variable }: Server, how: string, cause?: unknown): UnavailableError {
  return new UnavailableError(
    `${name} does not answer ${how}: check ${variable}, and that the server is running.`,
    { cause },
  );
}

/** The server's code, or Node's, which unlike the message names no address and no user. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return REDIS_REFUSAL.exec(String(message))?.[1] ?? 'connection failed';
}
