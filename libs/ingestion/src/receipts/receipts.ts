import type { ReceiptOutcome } from '#wire';
import type { Locale } from '#errors';
import { describe } from '#errors';
import type { Database } from '#persistence';
import { receiptPages } from './receipt-pages.ts';
import type { ReceiptSelection } from './receipt-pages.ts';
import type { SourceForm } from './source-form.ts';

/** What became of a record. */
export interface Receipt {
  /** The record's number in the upload, from 1. */
  readonly line: number;
  readonly sessionId: string | null;
  /** The record's first number. */
  readonly called: string | null;
  readonly outcome: ReceiptOutcome;
  readonly dataId: string | null;
  readonly code: string | null;
  readonly detail: string | null;
}

/**
 * The receipts of an upload, a page at a time.
 *
 * @throws ProblemError GONE
 */
export async function* streamReceipts(
  database: Database,
  selection: ReceiptSelection,
  form: SourceForm,
  locale: Locale,
): AsyncGenerator<Receipt[], void, undefined> {
  for await (const page of receiptPages(database, selection)) {
    const names = form.namesOf(page);
    yield page.map(({ line, outcome, dataId, fault }, index) => ({
      line,
      sessionId: names[index]?.sessionId ?? null,
      called: names[index]?.called ?? null,
      outcome,
      dataId: dataId?.toString() ?? null,
      code: fault === null ? null : fault.code,
      detail: fault === null ? null : describe(fault, locale),
    }));
  }
}

/**
 * The records themselves as they were sent, broken ones included: a body that can be sent again as an upload of the same
 * kind, and is read the same way.
 *
 * @throws ProblemError GONE
 */
export async function* streamSource(
  database: Database,
  selection: ReceiptSelection,
  form: SourceForm,
): AsyncGenerator<Buffer, void, undefined> {
  let head = Buffer.from(form.head);
  for await (const page of receiptPages(database, selection)) {
    yield Buffer.concat([head, form.write(page)]);
    head = Buffer.alloc(0);
  }
  if (head.length > 0) yield head;
}
