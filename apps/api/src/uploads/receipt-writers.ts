import { stringify } from 'csv-stringify/sync';
import type { Receipt } from '#ingestion';

/** The forms in which receipts are answered, the default first. */
export const RECEIPT_TYPES = ['application/x-ndjson', 'text/csv'] as const;

export const WRITERS: Readonly<
  Record<(typeof RECEIPT_TYPES)[number], (pages: AsyncIterable<Receipt[]>) => AsyncIterable<string>>
> = {
  'application/x-ndjson': writeLines,
  'text/csv': writeCsv,
};

const COLUMNS = ['line', 'sessionId', 'called', 'outcome', 'dataId', 'code', 'detail'] as const;

async function* writeLines(pages: AsyncIterable<Receipt[]>): AsyncGenerator<string> {
  for await (const page of pages) {
    yield page.map((receipt) => `${JSON.stringify(receipt)}\n`).join('');
  }
}

/**
 * RFC 4180, for people who open it in a spreadsheet: a text that one would take for a formula, because it begins with `=`,
 * `+`, `-`, `@`, a tab, a carriage return or the wide form of one of these signs, has an apostrophe put in front.
 */
async function* writeCsv(pages: AsyncIterable<Receipt[]>): AsyncGenerator<string> {
  const options = {
    record_delimiter: '\r\n',
    quote_record_delimiter: true,
    escape_formulas: true,
  };
  let head = stringify([COLUMNS], options);
  for await (const page of pages) {
    yield (
      head +
      stringify(
        page.map((receipt) => COLUMNS.map((column) => receipt[column])),
        options,
      )
    );
    head = '';
  }
  if (head !== '') yield head;
}
