import type { ReceiptOutcome } from '#wire';
import { ProblemError } from '#errors';
import type { Database, ReceiptRow } from '#persistence';
import { readReceipts } from '#persistence';

/** Which receipts are asked for. */
export interface ReceiptSelection {
  readonly uploadId: string;
  /** Records of the upload. */
  readonly received: number;
  /** Only these outcomes. */
  readonly outcomes: ReadonlySet<ReceiptOutcome>;
}

/** Of a page; records may be long. */
const MOST_ROWS = 2_000;
const MOST_BYTES = 1024 * 1024;

/** Of the first page. Each may have twice as many rows as the one before had: the database reads no more than it gives. */
const FIRST_ROWS = 128;

/**
 * The receipts of an upload in the order of its lines, a page at a time: the next page is read when it is asked for, so
 * whoever reads slowly costs nothing but time, and whoever goes away ends it. Each page is what was true at one moment.
 *
 * @throws ProblemError GONE when they were removed, also meanwhile: a part is never taken for all
 */
export async function* receiptPages(
  database: Database,
  { uploadId, received, outcomes }: ReceiptSelection,
): AsyncGenerator<ReceiptRow[], void, undefined> {
  let after = 0;
  let rows = FIRST_ROWS;
  while (after < received) {
    const page = await readReceipts(database.pool, {
      uploadId,
      after,
      outcomes: Array.from(outcomes),
      rows,
      bytes: MOST_BYTES,
    });
    if (page === undefined) throw new ProblemError({ problem: 'GONE', place: 'receipts' });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.line;
    rows = Math.min(2 * page.length, MOST_ROWS);
  }
}
