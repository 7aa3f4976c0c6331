import { ProblemError } from '#errors';
import type { Queryable } from '#persistence';
import { readGoodKeys } from '#persistence';

/**
 * Looks at a key again, long after the request that it was sent with has begun.
 *
 * @throws ProblemError UNAUTHORIZED when it was revoked or has expired meanwhile
 */
export async function requireGoodKey(on: Queryable, accessKey: string): Promise<void> {
  const [good] = await readGoodKeys(on, [accessKey]);
  if (good === undefined) throw new ProblemError({ problem: 'UNAUTHORIZED' });
}
