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
 * Where an apostrophe keeps a spreadsheet from taking a cell for a formula: before a tab or the end of a line at the very
 * beginning, and before `=`, `+`, `-`, `@` or their wide forms, there and wherever a cell may begin. Where columns are
 * parted by semicolons or tabs, as a spreadsheet in many countries does by default, a quote in the middle of what it takes
 * for a cell has no meaning: a semicolon, a tab or the end of a line begins a cell then also inside of a text. The sign is
 * looked for first: a text of many blanks is gone through once.
 */
const BEGINNINGS = /^(?=[\t\r\n])|(?=[=+\-@＝＋－＠])(?<=(?:^|[;\t\r\n])[\s"]*)/gu;

/** RFC 4180, for people who open it in a spreadsheet: no text in it is a formula, whatever parts the columns. */
async function* writeCsv(pages: AsyncIterable<Receipt[]>): AsyncGenerator<string> {
  const options = {
    record_delimiter: '\r\n',
    quote_record_delimiter: true,
    // For programs that part by commas and semicolons at once.
    quoted_match: /[;\t]/,
    cast: { string: (text: string) => text.replace(BEGINNINGS, "'") },
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
