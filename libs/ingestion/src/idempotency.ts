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

/** What is known of the first request with a key. */
export interface FirstRequest extends Replay {
  /** Null while its body is being read, or where that was never read to its end. */
  readonly requestDigest: Buffer | null;
  /** Whether it has taken effect; otherwise it is being served. */
  readonly spent: boolean;
}

/**
 * Looks a key up: undefined when it is free. The upload that the first request began is what holds the key, so a request
 * that was refused, or whose process died, holds none: what such a process has left behind is removed here.
 *
 * @throws ProblemError IDEMPOTENCY_KEY_IN_USE while the first request's body is being read, so that nothing can be compared
 */
export async function findFirstRequest(
  database: Database,
  vdnId: number,
  key: string,
): Promise<FirstRequest | undefined> {
  for (;;) {
    const known = await readKey(database.pool, vdnId, key);
    if (known === undefined) return undefined;
    const { uploadId, answer, requestDigest, spent, served } = known;
    if (spent || (served && requestDigest !== null)) {
      return { kind: 'replayed', uploadId, answer, requestDigest, spent };
    }
    if (served) throw inUse();
    // Unless a worker is just admitting it: then it is found spent.
    await discardUpload(database.pool, uploadId);
  }
}

/**
 * What the first request brought about, for an equal one.
 *
 * @param known of the first request; undefined: it has failed since it was found, and a further repetition finds the key free
 * @param digest of the request that came later
 * @throws ProblemError IDEMPOTENCY_KEY_REUSED when it is another request; else IDEMPOTENCY_KEY_IN_USE while the first is served
 */
export function replay(known: FirstRequest | undefined, digest: Buffer): Replay {
  if (known === undefined) throw inUse();
  const { requestDigest, spent, ...first } = known;
  if (requestDigest === null || !timingSafeEqual(requestDigest, digest)) {
    throw new ProblemError({ problem: 'IDEMPOTENCY_KEY_REUSED' });
  }
  if (!spent) throw inUse();
  return first;
}

function inUse(): ProblemError {
  return new ProblemError({ problem: 'IDEMPOTENCY_KEY_IN_USE' });
}
