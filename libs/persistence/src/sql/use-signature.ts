import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'use_signature',
  `INSERT INTO used_signatures (digest, expires_at)
   VALUES ($1, clock_timestamp() + $2 * interval '1 second')
       ON CONFLICT DO NOTHING`,
);

/**
 * Uses a signature, once: false when it was used before. The primary key decides between two at once; it survives
 * restarts, and has nothing to do with Redis.
 *
 * @param seconds how long it is to be remembered
 */
export async function useSignature(
  on: Queryable,
  digest: Buffer,
  seconds: number,
): Promise<boolean> {
  return (await statement.count(on, [digest, seconds])) === 1;
}
