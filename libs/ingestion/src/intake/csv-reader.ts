import { isUtf8 } from 'node:buffer';
import { CsvError } from 'csv-parse';
import { CsvColumns } from '#domain';
import type { Fault, Params, ProblemFault } from '#errors';
import { CODE, ProblemError } from '#errors';
import type { LineSink } from './line-sink.ts';
import { RowParser } from './row-parser.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** Bytes beside a row that are not counted: a byte order mark before it and its end of line. */
const UNCOUNTED = 5;

const NOT_UTF8: Fault = { code: CODE.NOT_CONVERTIBLE, params: { expected: 'utf8' } };

/** The way from the fields of a row to its members. */
export interface Columns {
  toRecord(
    fields: readonly string[],
  ): { readonly record: Readonly<Record<string, unknown>> } | Fault;
}

/** Reads a header; answers with a problem where it is none. */
type ReadColumns = (header: readonly string[]) => Columns | ProblemFault;

/**
 * Reads records from CSV (RFC 4180) in UTF-8: a header, then one record a row. Rows end by CRLF, LF or CR, also in one
 * file; quoted fields may hold line breaks. Blank lines are passed over. A row that is not UTF-8, or that has fields
 * without a column, is one invalid record; wrong quotes are the whole upload's fault, as no row behind them can be told.
 *
 * The parser says where rows end and what their fields are; the bytes of the rows are kept here beside it.
 */
export class CsvReader {
  readonly #sink: LineSink;
  readonly #readColumns: ReadColumns;
  readonly #maxLineBytes: number;
  readonly #parser: RowParser;
  #columns: Columns | undefined;
  #header = '';
  /** What was written from the row on that the parser is in, and where that begins in the body. */
  #bytes: Buffer = Buffer.alloc(0);
  #offset = 0;
  /** Where in `#bytes` the parser's row begins. */
  #row = 0;
  /** Lines of the file before `#bytes`, and whether the last one ended by a CR, to which an LF may belong. */
  #linesBefore = 0;
  #afterReturn = false;

  /** @param readColumns what its columns mean; those of records, unless told otherwise */
  constructor(
    sink: LineSink,
    maxLineBytes: number,
    readColumns: ReadColumns = (header) => CsvColumns.read(header),
  ) {
    this.#sink = sink;
    this.#readColumns = readColumns;
    this.#maxLineBytes = maxLineBytes;
    this.#parser = new RowParser((fields, bytes) => {
      this.#readRow(fields, bytes - this.#offset);
    });
  }

  /** The header as it was sent, with a byte order mark and its end of line (LF or CRLF), known once a row was read. */
  get header(): string {
    return this.#header;
  }

  /**
   * @throws ProblemError BROKEN_CONTAINER for a header that is none and for wrong quotes
   * @throws ProblemError TOO_LARGE for a row that is too long, as soon as it is
   */
  async write(chunk: Buffer): Promise<void> {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    await this.#explaining(this.#parser.rowsOf(chunk));
    this.#forgetRows();
    this.#checkLength(this.#bytes.length - UNCOUNTED);
  }

  /** @throws ProblemError BROKEN_CONTAINER for a quote that is never closed */
  async end(): Promise<void> {
    await this.#explaining(this.#parser.lastRow());
  }

  /** @param end of the row and of its line, in `#bytes` */
  #readRow(fields: readonly string[], end: number): void {
    this.#skipBlankLines();
    // The only object made of each row's bytes: a million more of them are felt.
    const row = this.#bytes.subarray(this.#row, this.#endOfRow(end));
    this.#checkLength(row.length);
    if (fields.length > 1 || fields[0]?.trim() !== '' || row.includes(QUOTE)) {
      if (this.#columns === undefined) this.#readHeader(fields, end);
      else this.#readRecord(this.#columns, fields, row);
    }
    this.#row = end;
  }

  /** Where a row ends, without the end of its line; a quoted field that ends in one has a quote behind it. */
  #endOfRow(endOfLine: number): number {
    let end = endOfLine;
    while (end > this.#row && isLineEnd(this.#bytes[end - 1])) end--;
    return end;
  }

  #readHeader(names: readonly string[], end: number): void {
    const line = this.#bytes.subarray(this.#row, end);
    const text = line.toString();
    // The database keeps it as a text, which cannot hold a NUL.
    if (!isUtf8(line) || text.includes('\0')) throw this.#broken({ reason: 'csvHeaderText' });
    const columns = this.#readColumns(names);
    if ('problem' in columns) throw this.#broken(columns.params, columns.place);
    this.#columns = columns;
    this.#header = text;
  }

  #readRecord(columns: Columns, fields: readonly string[], row: Buffer): void {
    if (!isUtf8(row)) {
      this.#sink.addBroken(NOT_UTF8, row);
      return;
    }
    const read = columns.toRecord(fields);
    if ('code' in read) this.#sink.addBroken(read, row);
    else this.#sink.add(read.record, JSON.stringify(read.record), row);
  }

  /** Within a row nothing is skipped: what stands where a row begins is an empty line, if it is an end of line. */
  #skipBlankLines(): void {
    while (isLineEnd(this.#bytes[this.#row])) this.#row++;
  }

  /** Lets go of the bytes before the row that has begun. */
  #forgetRows(): void {
    this.#skipBlankLines();
    this.#linesBefore += this.#linesBeforeRow();
    if (this.#row > 0) this.#afterReturn = this.#bytes[this.#row - 1] === CARRIAGE_RETURN;
    this.#bytes = this.#bytes.subarray(this.#row);
    this.#offset += this.#row;
    this.#row = 0;
  }

  #checkLength(length: number): void {
    const maxRowBytes = this.#maxLineBytes;
    if (length > maxRowBytes) {
      throw new ProblemError({
        problem: 'TOO_LARGE',
        place: this.#place(),
        params: { maxRowBytes },
      });
    }
  }

  /** Puts the parser's errors, whose own text quotes the field, into ours. */
  async #explaining(reading: Promise<void>): Promise<void> {
    try {
      await reading;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      this.#skipBlankLines();
      const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED';
      throw this.#broken({ reason: isOpen ? 'csvQuoteOpen' : 'csvQuoteStray' });
    }
  }

  #broken(params: Params | undefined, place?: string): ProblemError {
    return new ProblemError({
      problem: 'BROKEN_CONTAINER',
      place: place === undefined ? this.#place() : `${this.#place()}, ${place}`,
      ...(params && { params }),
    });
  }

  /** The line of the file, from 1, in which the row begins that is being read. */
  #place(): string {
    return `line ${this.#linesBefore + this.#linesBeforeRow() + 1}`;
  }

  /** Lines in `#bytes` before the row, which end by LF, CRLF or CR. */
  #linesBeforeRow(): number {
    const bytes = this.#bytes.subarray(0, this.#row);
    let count = this.#afterReturn && bytes[0] === LINE_FEED ? -1 : 0;
    for (const at of placesOf(LINE_FEED, bytes)) if (bytes[at - 1] !== CARRIAGE_RETURN) count++;
    return count + placesOf(CARRIAGE_RETURN, bytes).length;
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

function placesOf(byte: number, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) places.push(at);
  return places;
}
