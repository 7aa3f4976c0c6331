import pg from 'pg';
import { DomainError } from '#errors';
import { Prisma } from './generated/prisma/client.ts';
import { isUnanswered } from './no-answer.ts';

/** What Node and node-postgres say when the server cannot be reached or the connection broke. */
const CONNECTION_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);
const CONNECTION_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered|was closed))/;

/** Whether an error says that the database cannot be reached or that it failed: 0200006 to a caller. */
export function isDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error instanceof pg.DatabaseError ||
    error instanceof Prisma.PrismaClientKnownRequestError ||
    error instanceof Prisma.PrismaClientUnknownRequestError ||
    error instanceof Prisma.PrismaClientInitializationError ||
    isUnanswered(error) ||
    CONNECTION_CODES.has((error as { code?: unknown }).code) ||
    CONNECTION_MESSAGES.test(error.message) ||
    isDatabaseError(error.cause)
  );
}

/** The database has failed before anything of a request could take effect. */
export class NothingKeptError extends Error {
  override readonly name = 'NothingKeptError';
}

/**
 * Does what takes no effect unless it comes to its end. What is told already as it is to be answered is left so.
 *
 * @throws NothingKeptError in the place of an error of the database
 */
export async function allOrNothing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof DomainError || !isDatabaseError(cause)) throw cause;
    throw new NothingKeptError('the database failed, and nothing was kept', { cause });
  }
}

/** Whether a transaction failed because somebody else has held a lock for longer than it was waited for. */
export function isHeld(error: unknown): boolean {
  return (error as { code?: unknown }).code === '55P03';
}
