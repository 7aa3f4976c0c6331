import { checkBatchId, checkBody, itemTexts, parseJson } from '#domain';
import type { ParsedJson } from '#domain';
import type { Fault } from '#errors';
import { CODE, DomainError, ProblemError, within } from '#errors';
import type { RecordSorter } from './record-sorter.ts';

/** The most that a body of one JSON text may have; it is held in memory whole. */
export const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** Reads the records of `callDataList` from a body of the interface's own form (its Table 3). */
export class JsonReader {
  readonly #sorter: RecordSorter;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #batchId: string | null = null;

  constructor(sorter: RecordSorter) {
    this.#sorter = sorter;
  }

  /** The body's `batchId`, known at its end. */
  get batchId(): string | null {
    return this.#batchId;
  }

  /** @throws ProblemError TOO_LARGE beyond MAX_JSON_BYTES */
  write(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > MAX_JSON_BYTES) {
      throw new ProblemError({ problem: 'TOO_LARGE', params: { maxBytes: MAX_JSON_BYTES } });
    }
    this.#chunks.push(chunk);
  }

  /** @throws DomainError where the body is not of that form */
  end(): void {
    const read = parseJson(Buffer.concat(this.#chunks));
    if ('code' in read) throw new DomainError(within(read, 'body'));
    requireJsonUpload(read.value);
    this.#batchId = sortJsonUpload(read, this.#sorter);
  }
}

/** A value that `requireJsonUpload` found right. */
interface JsonUpload {
  readonly callDataList: readonly unknown[];
  readonly batchId?: string | null;
}

/**
 * Makes sure that a JSON value has the form of an upload: an object with a list of records, whatever these are.
 *
 * @throws DomainError
 */
export function requireJsonUpload(value: unknown): void {
  const { callDataList, batchId } = (value ?? {}) as { callDataList?: unknown; batchId?: unknown };
  const fault = checkBody(value) ?? checkList(callDataList) ?? checkBatchId(batchId);
  if (fault !== null) throw new DomainError(fault);
}

/** Sorts the records of a value that has the form of an upload; answers with its `batchId`. */
export function sortJsonUpload({ text, value }: ParsedJson, sorter: RecordSorter): string | null {
  const { callDataList, batchId } = value as JsonUpload;
  let index = 0;
  for (const source of itemTexts(text, 'callDataList')) sorter.add(callDataList[index++], source);
  return batchId === '' ? null : (batchId ?? null);
}

function checkList(list: unknown): Fault | null {
  const place = 'callDataList';
  if (list === undefined || list === null) return { code: CODE.MISSING, place };
  if (!Array.isArray(list)) return { code: CODE.WRONG_TYPE, place, params: { expected: 'list' } };
  return list.length === 0 ? { code: CODE.MISSING, place } : null;
}
