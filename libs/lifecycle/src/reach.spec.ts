import { describe, expect, test } from '@jest/globals';
import { explain, UnavailableError } from './reach.ts';

const server = { name: 'Postgres', variable: 'DATABASE_URL' };

const failing = (code?: string): Promise<unknown> =>
  explain(server, () => Promise.reject(Object.assign(new Error('of user secret'), { code })));

describe('what a server’s failure is told as', () => {
  test.each(['ECONNREFUSED', '57P03'])('%s: it does not answer', async (code) => {
    const error = await failing(code).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnavailableError);
    expect((error as Error).message).toBe(
      `Postgres does not answer (${code}): check DATABASE_URL, and that the server is running.`,
    );
  });

  test.each([
    ['28P01', 'with this user and password'],
    ['28000', 'as this user'],
    ['3D000', 'to this database, which does not exist'],
  ])('%s: it lets nobody in', async (code, how) => {
    await expect(failing(code)).rejects.toThrow(
      `Postgres lets nobody in ${how}: check DATABASE_URL.`,
    );
  });

  test.each([
    [
      'WRONGPASS invalid username-password pair or user is disabled.',
      'with this user and password',
    ],
    ['NOAUTH HELLO must be called with the client already authenticated', 'without a password'],
    ["NOPERM User x has no permissions to run the 'eval' command", 'whose rights do not suffice'],
  ])('Redis says %s: it lets nobody in', async (said, how) => {
    const redis = { name: 'Redis', variable: 'REDIS_URL' };
    await expect(explain(redis, () => Promise.reject(new Error(said)))).rejects.toThrow(
      `Redis lets nobody in ${how}: check REDIS_URL.`,
    );
  });

  test.each(['42601', undefined])('%s: as it is', async (code) => {
    await expect(failing(code)).rejects.toThrow('of user secret');
  });
});
