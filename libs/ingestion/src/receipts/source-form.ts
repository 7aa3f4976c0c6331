import { isUtf8 } from 'node:buffer';
import { stringify } from 'csv-stringify/sync';
import type { CsvColumns } from '#domain';
import { parseJsonText } from '#domain';
import type { ReceiptRow, SourceFormat } from '#persistence';
import { columnsOf, fieldsOf } from '../csv/csv-form.ts';

/** What of a record stands in its receipt, as far as it can be made out: the record may be broken in any way. */
export interface RecordNames {
  readonly sessionId: string | null;
  /** The first number. */
  readonly called: string | null;
}

/** The form in which an upload's records were sent, and in which they are given back. */
export interface SourceForm {
  readonly mediaType: 'application/x-ndjson' | 'text/csv';
  /** What stands before the first record. */
  readonly head: string;
  /** What identifies the records of a page, row by row. */
  namesOf(page: readonly ReceiptRow[]): RecordNames[];
  /** The records of a page as they were sent; what is read from it again is the same, whatever stands beside it. */
  write(page: readonly ReceiptRow[]): Buffer;
}

/** @param header of CSV: as it was sent */
export function sourceForm(format: SourceFormat, header: string | null): SourceForm {
  return format === 'csv' ? new CsvForm(header ?? '') : new LinesForm();
}

const NO_NAMES: RecordNames = { sessionId: null, called: null };

const LINE_FEED = Buffer.from('\n');
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** NDJSON, which is the form for JSON as well. */
class LinesForm implements SourceForm {
  readonly mediaType = 'application/x-ndjson';
  readonly head = '';
  #isFirst = true;

  namesOf(page: readonly ReceiptRow[]): RecordNames[] {
    return page.map((row) => {
      const bytes = bytesOf(row);
      return isUtf8(bytes) ? namesOfRecord(readJson(bytes)) : NO_NAMES;
    });
  }

  write(page: readonly ReceiptRow[]): Buffer {
    const lines = page.flatMap((row) => [bytesOf(row), LINE_FEED]);
    // A mark that is part of a broken line would be passed over in front of a body.
    const isMarked = this.#isFirst && lines[0]?.subarray(0, 3).equals(BYTE_ORDER_MARK) === true;
    this.#isFirst = false;
    return Buffer.concat(isMarked ? [BYTE_ORDER_MARK, ...lines] : lines);
  }
}

/** Rows that were rejected when they came are kept as they were sent, the others as JSON. */
class CsvForm implements SourceForm {
  readonly mediaType = 'text/csv';
  readonly head: string;
  readonly #columns: CsvColumns;
  readonly #lineEnd: string;

  constructor(header: string) {
    this.#columns = columnsOf(header);
    this.#lineEnd = /\r\n?$/.test(header) ? '\r\n' : '\n';
    // The last line of a file need not be ended.
    this.head = header.replace(/[\r\n]*$/, this.#lineEnd);
  }

  namesOf(page: readonly ReceiptRow[]): RecordNames[] {
    const rows = fieldsOf(page.filter(isAsSent).map(bytesOf))[Symbol.iterator]();
    return page.map((row) => {
      if (!isAsSent(row)) return namesOfRecord(readJson(bytesOf(row)));
      const fields = rows.next().value ?? [];
      return isUtf8(bytesOf(row)) ? namesOfRecord(this.#columns.toPart(fields)) : NO_NAMES;
    });
  }

  write(page: readonly ReceiptRow[]): Buffer {
    const parts: Buffer[] = [];
    let run: string[][] = [];
    const endRun = (): void => {
      if (run.length === 0) return;
      parts.push(
        Buffer.from(
          stringify(run, { record_delimiter: this.#lineEnd, quote_record_delimiter: true }),
        ),
      );
      run = [];
    };
    for (const row of page) {
      if (isAsSent(row)) {
        endRun();
        parts.push(bytesOf(row), Buffer.from(this.#lineEnd));
      } else {
        run.push(this.#columns.toFields(membersOf(readJson(bytesOf(row)))));
      }
    }
    endRun();
    return Buffer.concat(parts);
  }
}

/** Others were rejected later, out of what is kept of valid records. */
function isAsSent({ outcome }: ReceiptRow): boolean {
  return outcome === 'invalid' || outcome === 'duplicate';
}

function bytesOf({ text, bytes }: ReceiptRow): Buffer {
  return text === null ? (bytes ?? Buffer.alloc(0)) : Buffer.from(text);
}

function readJson(bytes: Buffer): unknown {
  const read = parseJsonText(bytes.toString());
  return 'value' in read ? read.value : undefined;
}

function namesOfRecord(record: unknown): RecordNames {
  const { sessionId, called } = membersOf(record);
  const first = Array.isArray(called) ? membersOf(called[0]).calledNo : undefined;
  return { sessionId: stringOrNull(sessionId), called: stringOrNull(first) };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
