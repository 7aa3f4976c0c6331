import { setImmediate as othersTurn } from 'node:timers/promises';
import { JsonBody, readJsonBody } from '#domain';
import type { ListLimits } from '#domain';
import { DomainError, ProblemError, within } from '#errors';

/** The most that a body of one JSON text may have; it is held in memory whole. */
export const MAX_JSON_BYTES = 16 * 1024 * 1024;

/**
 * Reads a JSON body, in parts of a few milliseconds each as a rule, between which other requests are served.
 *
 * @param keep items of its list that are kept; all are looked at
 * @throws DomainError 02000008; ProblemError TOO_LARGE for its list, an item of it, or the number of all other values
 */
export async function readJson(
  bytes: Uint8Array,
  list: ListLimits | null,
  keep?: number,
): Promise<JsonBody> {
  const parts = readJsonBody(bytes, list, keep);
  for (;;) {
    const { done, value: read } = parts.next();
    if (done !== true) {
      await othersTurn();
      continue;
    }
    if (read instanceof JsonBody) return read;
    throw 'code' in read ? new DomainError(within(read, 'body')) : new ProblemError(read);
  }
}

/** A body to its end. */
export async function wholeBody(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
