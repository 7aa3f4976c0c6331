import { timingSafeEqual } from 'node:crypto';
import { ProblemError } from '#errors';
import type { Database } from '#persistence';
import { discardUpload, readKey } from '#persistence';

/** A request's Idempotency-Key. */
export interface Idempotency {
  readonly key: string;
  /** SHA-256 of the request, once its body has been read to the end. */
  readonly digest: () => Buffer;
  /** Whether its sender has proved who it is; until then nothing takes effect, and the key is not claimed. */
  readonly isProved: boolean;
}

/** What the first request with a key brought about. */
export interface Replay {
  readonly kind: 'replayed';
  readonly uploadId: string;
  /** What was answered then; null: nothing yet, and perhaps never, as the process died before. It can be made anew. */
  readonly answer: object | null;
}

interface SpentKey extends Replay {
  readonly requestDigest: Buffer | null;
}

/**
 * Looks a key up: undefined when it is free. The upload that the first request began is what holds the key, so a request
 * that was refused, or whose process died, holds none: what such a process has left behind is removed here.
 *
 * @throws ProblemError IDEMPOTENCY_KEY_IN_USE while the first request is being served and has not taken effect
 */
export async function findSpentKey(
  database: Database,
  vdnId: number,
  key: string,
): Promise<SpentKey | undefined> {
  for (;;) {
    const known = await readKey(database.pool, vdnId, key);
    if (known === undefined) return undefined;
    const { uploadId, answer, requestDigest, spent, served } = known;
    if (spent) return { kind: 'replayed', uploadId, answer, requestDigest };
    if (served) throw new ProblemError({ problem: 'IDEMPOTENCY_KEY_IN_USE' });
    // Unless a worker is just admitting it: then it is found spent.
    await discardUpload(database.pool, uploadId);
  }
}

/** @throws ProblemError IDEMPOTENCY_KEY_REUSED when the key was spent on another request */
export function replay({ requestDigest, ...first }: SpentKey, digest: Buffer): Replay {
  if (requestDigest === null || !timingSafeEqual(requestDigest, digest)) {
    throw new ProblemError({ problem: 'IDEMPOTENCY_KEY_REUSED' });
  }
  return first;
}
